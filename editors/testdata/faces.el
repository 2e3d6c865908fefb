;; Prints what the mode makes of each line: its words with their faces.
(find-file (pop command-line-args-left))
(font-lock-ensure)
(goto-char (point-min))
(while (not (eobp))
  (let* ((next (min (next-single-property-change (point) 'face nil (point-max)) (line-end-position)))
         (next (if (= next (point)) (1+ next) next))
         (face (get-text-property (point) 'face))
         (text (buffer-substring-no-properties (point) next)))
    (princ (if face
               (format "<%s %s>" (replace-regexp-in-string "font-lock-\\|-face\\|-name" "" (format "%s" face)) text)
             text))
    (goto-char next)))
