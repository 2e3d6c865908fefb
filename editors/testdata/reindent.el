;; Lets the mode indent all lines of what is in the one style, and prints what comes of it.
(find-file (pop command-line-args-left))
(let ((inhibit-message t))
  (indent-region (point-min) (point-max)))
(princ (buffer-string))
