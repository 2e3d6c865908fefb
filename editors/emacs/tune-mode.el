;;; tune-mode.el --- Major mode for TUNe programs -*- lexical-binding: t; -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "26.1"))
;; Keywords: languages
;; URL: https://github.com/tune-autonomic/tune

;;; Commentary:

;; Colours, indentation, comments and formatting for .tune files.  Findings, fixes, completion and all else come from the
;; language server `tunec lsp', by eglot or lsp-mode.
;; Printed from editors/templates/tune-mode.el by: go test ./editors -update

;;; Code:

(defgroup tune nil
  "The language TUNe."
  :group 'languages)

(defcustom tune-tunec "tunec"
  "The compiler: a path, or a name on the search path."
  :type 'string)

(defcustom tune-indent-offset 2
  "Columns that a block stands further right than what holds it."
  :type 'integer
  :safe #'integerp)

(defvar tune-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?_ "w" table)
    (modify-syntax-entry ?/ ". 124b" table)
    (modify-syntax-entry ?* ". 23" table)
    (modify-syntax-entry ?\n "> b" table)
    (dolist (sign '(?+ ?- ?= ?< ?> ?% ?& ?|))
      (modify-syntax-entry sign "." table))
    table))

(defconst tune--name "[[:alpha:]_][[:alnum:]_]*")

(defconst tune--reserved
  '("otherwise" "exists" "policy" "within" "false" "final" "state" "where" "while" "else" "fork" "func" "join" "none" "plan" "then" "true" "when" "and" "for" "let" "not" "var" "by" "if" "in" "or"))

(defconst tune--declarations
  '("component" "scenario" "require" "budget" "import" "module" "policy" "system" "event" "hosts" "param" "probe" "func" "link" "test" "use" "vm"))

(defconst tune--line-words
  '("eventually" "fidelity" "requests" "clients" "always" "final" "never" "ready" "seeds" "state" "until" "attr" "load" "seed" "work" "set" "at" "op"
    "allocate" "migrate" "release" "restart" "notify" "remove" "resume" "apply" "fence" "pause" "place" "start" "back" "emit" "fork" "give" "join" "lift" "pick" "plan" "stop" "wait" "add" "all" "ask" "for" "let" "var" "if")
  "Words that have a meaning where a line begins.")

(defconst tune--clauses
  '("interrupts" "initially" "cooldown" "lossless" "maintain" "operator" "shutdown" "stateful" "undoable" "undrains" "approve" "drained" "failure" "nothing" "silence" "success" "across" "deploy" "drains" "expect" "ignore" "listed" "refuse" "safely" "silent" "unless" "weighs" "clear" "crash" "every" "stale" "stall" "times" "desc" "fail" "from" "host" "last" "most" "once" "over" "skip" "time" "undo" "lie" "one" "per" "pin" "as" "of" "on" "to" "up"
    "at a time" "at" "all" "until" "probe" "stop")
  "Words that go on with what another word began.")

(defconst tune--types
  '("duration" "percent" "secret" "string" "bytes" "float" "bool" "rate" "int"))

(defconst tune--units
  '("Gbit/s" "Mbit/s" "kbit/s" "bit/s" "GiB" "KiB" "MiB" "TiB" "min" "ms" "ns" "us" "%" "B" "d" "h" "s"))

;; Words that may be names elsewhere are searched for by functions: a pattern can't look at what stands before a word
;; without taking it away from the next.

(defun tune--line-word (limit)
  "Find a word before LIMIT that has a meaning where a line begins."
  (tune--search (concat "\\(?:^\\|[{;]\\)\\s-*" (regexp-opt tune--line-words t) "\\>") limit
                (lambda () (not (looking-at "\\s-*\\(?:[].:=,[<>]\\|\\+\\+\\|--\\|[-+]=\\)")))))

(defun tune--clause (limit)
  "Find a word before LIMIT that goes on with what another word began.
It stands behind a word, a number or a bracket, and before no sign."
  (tune--search (regexp-opt tune--clauses 'words) limit
                (lambda ()
                  (let ((word (match-beginning 0)))
                    (and (looking-at "\\s-*\\(?:$\\|[[:alnum:]\"({[}]\\|//\\|->\\)")
                         (save-excursion
                           (goto-char word)
                           (skip-chars-backward " \t")
                           (or (bolp)
                               (memq (char-syntax (char-before)) '(?w ?\) ?\"))
                               (memq (char-before) '(?? ?%)))))))))

(defun tune--search (regexp limit fits)
  "Find REGEXP before LIMIT where FITS is true behind it."
  (let (found)
    (while (and (not found) (re-search-forward regexp limit t))
      (setq found (save-match-data (funcall fits))))
    found))

(defconst tune-font-lock-keywords
  `((,(concat "\\.\\(" tune--name "\\)") 1 'font-lock-variable-name-face)
    (,(concat "^\\s-*\\(" (regexp-opt tune--declarations) "\\)\\s-+\\(?:\\(" tune--name "\\)\\|[0-9\"]\\)")
     (1 'font-lock-keyword-face) (2 'font-lock-type-face nil t))
    (,(concat "\\<\\(state\\|final\\)\\s-+\\(" tune--name "\\)")
     (1 'font-lock-keyword-face) (2 'font-lock-constant-face))
    (,(concat "\\(->\\)\\s-*\\(" tune--name "\\)")
     (1 'font-lock-keyword-face) (2 'font-lock-constant-face))
    (,(concat "\\(?:^\\|[ \t{;]\\)\\(attr\\)\\s-+\\(" tune--name "\\)\\s-*:")
     (1 'font-lock-keyword-face) (2 'font-lock-variable-name-face))
    (,(concat "\\(?:^\\|[ \t{;]\\)\\(op\\)\\s-+\\(" tune--name "\\)")
     (1 'font-lock-keyword-face) (2 'font-lock-function-name-face))
    (tune--line-word 1 'font-lock-keyword-face)
    (,(concat ":\\s-*\\[?" (regexp-opt tune--types t) "\\>") 1 'font-lock-type-face)
    (,(regexp-opt '("true" "false" "none") 'words) 0 'font-lock-constant-face)
    (,(regexp-opt tune--reserved 'words) 0 'font-lock-keyword-face)
    (tune--clause 0 'font-lock-keyword-face)
    ("[[:alnum:]_)]\\s-+\\(interrupts\\|drained\\|drains\\|undrains\\|weighs\\)\\s-*=" 1 'font-lock-keyword-face)
    (,(concat "\\<\\(" tune--name "\\)(") 1 'font-lock-function-name-face)
    (,(concat "\\<\\([0-9]+\\(?:\\.[0-9]+\\)?\\(?:e[-+]?[0-9]+\\)?\\(?:" (regexp-opt tune--units) "\\)?\\)")
     1 'font-lock-constant-face))
  "What is coloured in TUNe programs.")

(defun tune--opener-indentation ()
  "The indentation of the line in which the head of the innermost block begins.
Nil outside of all."
  (let ((opener (nth 1 (syntax-ppss))))
    (when opener
      (save-excursion
        (goto-char opener)
        (back-to-indentation)
        (while (tune--goes-on-p)
          (forward-comment (- (point)))
          (back-to-indentation))
        (current-indentation)))))

(defun tune-indent-line ()
  "Indent the line as deep as its block.
Lines that go on with the one before stay where they are."
  (interactive)
  (let* ((column (save-excursion
                   (back-to-indentation)
                   (tune--indentation)))
         (behind (- (current-column) (current-indentation))))
    (when column
      (indent-line-to column)
      (when (> behind 0)
        (move-to-column (+ column behind))))))

(defun tune--indentation ()
  "The column of the text at point, nil for where it is."
  (let ((outer (tune--opener-indentation)))
    (cond
     ((or (nth 8 (syntax-ppss)) (tune--goes-on-p)) nil)
     ((null outer) 0)
     ((looking-at "[])}]") outer)
     (t (+ outer tune-indent-offset)))))

(defun tune--goes-on-p ()
  "Whether the line at point goes on with the one before."
  (or (looking-at "\\(?:else\\|then\\|where\\|by\\|while\\|and\\|or\\|when\\)\\>")
      (looking-at "[+*<>=!]\\|-[^>]\\|/[^/*]")
      (save-excursion
        (forward-comment (- (point)))
        (and (not (bobp)) (memq (char-before) '(?= ?, ?+ ?* ?< ?>))))))

(defun tune-format-buffer ()
  "Write the buffer in the one style, by `tunec fmt'.
A buffer with syntax errors is left alone."
  (interactive)
  (let ((out (generate-new-buffer " *tunec fmt*"))
        (errors (make-temp-file "tunec")))
    (unwind-protect
        (if (zerop (call-process-region nil nil tune-tunec nil (list out errors) nil "fmt" "-"))
            (replace-buffer-contents out)
          (message "%s" (with-temp-buffer
                          (insert-file-contents errors)
                          (buffer-string))))
      (kill-buffer out)
      (delete-file errors))))

;;;###autoload
(define-derived-mode tune-mode prog-mode "TUNe"
  "Major mode for TUNe programs."
  (setq-local font-lock-defaults '(tune-font-lock-keywords))
  (setq-local comment-start "// ")
  (setq-local comment-end "")
  (setq-local comment-start-skip "\\(?://+\\|/\\*+\\)\\s-*")
  (setq-local indent-tabs-mode nil)
  (setq-local indent-line-function #'tune-indent-line)
  (setq-local imenu-generic-expression
              `((nil ,(concat "^\\s-*" (regexp-opt tune--declarations) "\\s-+\\(" tune--name "\\)") 1))))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.tune\\'" . tune-mode))

(defvar eglot-server-programs)
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs `(tune-mode . (,tune-tunec "lsp"))))

(provide 'tune-mode)
;;; tune-mode.el ends here
