// Package greeting is the module that is not public.
package greeting

// For greets somebody.
func For(name string) string { return "hello, " + name }
