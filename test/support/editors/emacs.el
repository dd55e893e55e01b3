;; Does in Emacs what a user does, and writes what came of it as JSON.
(require 'package)
(package-initialize)
(require 'eglot)
(require 'json)

(defvar done nil)

(defun note (key value)
  (push (cons key value) done))

(defun wait (condition what)
  (let ((end (+ (float-time) 30)))
    (while (and (not (funcall condition)) (< (float-time) end))
      (accept-process-output nil 0.05))
    (unless (funcall condition) (error "waited in vain for %s" what))))

(defun messages ()
  (mapcar (lambda (one) (substring-no-properties (flymake-diagnostic-text one))) (flymake-diagnostics)))

(defun text ()
  (buffer-substring-no-properties (point-min) (point-max)))

(defun changed ()
  "Tells the server what was changed, which Emacs does when it is idle."
  (eglot--signal-textDocument/didChange))

(condition-case problem
    (progn
      (load (getenv "LOOKALIKE_CONFIG"))
      ;; The hook connects once Emacs waits for a key, which it never does here.
      (find-file (getenv "LOOKALIKE_FILE"))
      (note 'mode (symbol-name major-mode))
      (apply #'eglot--connect (eglot--guess-contact))
      (wait #'eglot-managed-p "the server")
      (flymake-mode 1)
      (flymake-start)
      (wait (lambda () (flymake-diagnostics)) "diagnostics")
      (note 'diagnostics (apply #'vector (messages)))

      (let* ((first (car (flymake-diagnostics)))
             (actions (eglot-code-actions (flymake-diagnostic-beg first) (flymake-diagnostic-end first))))
        (note 'actions (apply #'vector (mapcar (lambda (one) (plist-get one :title)) actions)))
        (eglot--apply-workspace-edit (plist-get (car actions) :edit)))
      (changed)
      (wait (lambda () (flymake-start) (null (flymake-diagnostics))) "the fix")
      (note 'fixed (text))

      (goto-char (point-min))
      (forward-line 4)
      (let* ((table (nth 2 (eglot-completion-at-point)))
             (labels (all-completions "" table)))
        (note 'completion (apply #'vector (mapcar #'substring-no-properties labels))))

      (goto-char (point-min))
      (forward-line 3)
      (forward-char 20)
      (eglot-rename "faces")
      (note 'renamed (text))
      (changed)
      (eglot-format-buffer)
      (note 'formatted (text)))
  (error (note 'problem (error-message-string problem))))

(with-temp-file (getenv "LOOKALIKE_ANSWER")
  (insert (json-encode done)))
(kill-emacs 0)
