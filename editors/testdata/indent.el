;; Takes the indentation of all lines but of those that go on with others, lets the mode make it anew, and prints it.
(find-file (pop command-line-args-left))
(goto-char (point-min))
(while (re-search-forward "^[ \t]+\\([^ e]\\)" nil t)
  (replace-match "\\1"))
(let ((inhibit-message t))
  (indent-region (point-min) (point-max)))
(font-lock-ensure)
(princ (buffer-string))
