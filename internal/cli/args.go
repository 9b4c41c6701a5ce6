package cli

import (
	"errors"
	"strings"

	"github.com/spf13/pflag"
)

// typed puts arguments that begin with a minus and a digit ("-12m", "-3") where cobra takes them for what they are: a time or
// a number, not a flag. They keep their order. What follows a flag is its value and stays there, and so does all of a line
// that says where its flags end.
func typed(args []string) []string {
	var front, behind []string
	for i, arg := range args {
		if arg == "--" || (i == 0 && strings.HasPrefix(arg, "__")) {
			return args
		}
		value := i > 0 && strings.HasPrefix(args[i-1], "-") && !negative(args[i-1])
		switch {
		case negative(arg) && !value:
			behind = append(behind, arg)
		default:
			front = append(front, arg)
		}
	}
	if len(behind) == 0 {
		return args
	}
	return append(append(front, "--"), behind...)
}

func negative(arg string) bool {
	return len(arg) > 1 && arg[0] == '-' && arg[1] >= '0' && arg[1] <= '9'
}

// flagError says in the person's language what is wrong with a flag.
func (a *app) flagError(err error) error {
	var none *pflag.NotExistError
	var empty *pflag.ValueRequiredError
	var bad *pflag.InvalidValueError
	switch {
	case errors.As(err, &none):
		name := "--" + none.GetSpecifiedName()
		if short := none.GetSpecifiedShortnames(); short != "" {
			name = "-" + none.GetSpecifiedName()
		}
		return a.usagef("cli.err.flag", "name", name)
	case errors.As(err, &empty):
		return a.usagef("cli.err.flag.value", "name", "--"+empty.GetFlag().Name)
	case errors.As(err, &bad):
		return a.usagef("cli.err.flag.bad", "name", "--"+bad.GetFlag().Name, "value", bad.GetValue())
	}
	return &failure{sentence: err.Error(), hint: a.lang.T("cli.hint.help"), code: exitUsage, err: err}
}
