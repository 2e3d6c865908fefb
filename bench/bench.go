// Package bench compares the machine that runs policies with four that run any language, and with Go written by hand. It
// is a module of its own, so that these never become part of TUNe.
package bench
