package process

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/conductorone/baton-sdk/pkg/field"
	"github.com/spf13/pflag"
	"github.com/spf13/viper"
	"google.golang.org/grpc/codes"
)

// hostIDVariable is what ConductorOne tells the processes of one connector apart by.
const hostIDVariable = "BATON_HOST_ID"

// The most tasks that the SDK takes on at once.
const maxTaskConcurrency = 100

// checkSettings refuses what the SDK would pass over without a word, or refuse in words that help nobody.
func checkSettings(v *viper.Viper, flags *pflag.FlagSet) error {
	if err := checkFile(v); err != nil {
		return err
	}
	if err := checkValues(v, flags); err != nil {
		return err
	}
	return checkService(v)
}

// checkFile refuses a file of settings that cannot be read. The SDK goes on without it. Of a mistake in it nothing is
// repeated, since it may be a secret's line.
func checkFile(v *viper.Viper) error {
	err := v.ReadInConfig()
	var none viper.ConfigFileNotFoundError
	var malformed viper.ConfigParseError
	switch {
	case err == nil, errors.As(err, &none):
		return nil
	case errors.As(err, &malformed):
		err = errors.New("it takes lines of the form name: value, in YAML")
	}
	return &ending{code: int(codes.InvalidArgument), sentence: fmt.Sprintf("%s cannot be read: %v", v.ConfigFileUsed(), plain(err))}
}

// checkValues refuses a variable, or a line of a file, that is not of its flag's type. The SDK takes it for false or 0:
// with BATON_PROVISIONING=yes nothing is provisioned.
func checkValues(v *viper.Viper, flags *pflag.FlagSet) (err error) {
	flags.VisitAll(func(f *pflag.Flag) {
		text := v.GetString(f.Name)
		if err != nil || text == "" {
			return
		}
		switch f.Value.Type() {
		case "bool":
			if _, wrong := strconv.ParseBool(text); wrong != nil {
				err = wrongSetting(f.Name, "takes true or false")
			}
		case "int":
			if _, wrong := strconv.Atoi(text); wrong != nil {
				err = wrongSetting(f.Name, "takes a whole number")
			}
		}
	})
	return err
}

// checkService refuses a service that could not be one. Without its credentials the process would sync once and end,
// and whatever keeps a service alive would have it do that again and again. With no room for a task it would wait for
// ever, and look well.
func checkService(v *viper.Viper) error {
	id, secret := v.GetString(clientIDFlag) != "", v.GetString(clientSecretFlag) != ""
	switch {
	case id && !secret:
		return wrongSetting(clientSecretFlag, "is missing beside --"+clientIDFlag+": ConductorOne gives out both together")
	case secret && !id:
		return wrongSetting(clientIDFlag, "is missing beside --"+clientSecretFlag+": ConductorOne gives out both together")
	case !id && (os.Getenv(hostIDVariable) != "" || v.GetBool(healthCheckFlag) || isSystemService()):
		return wrongSetting(clientIDFlag, "is missing, and so is --"+clientSecretFlag+": "+hostIDVariable+", --"+healthCheckFlag+
			" and a service manager are for the service of ConductorOne, which takes both; a single sync takes none of these")
	}
	most := v.GetInt(field.TaskConcurrencyField.FieldName)
	if id && (most < 1 || most > maxTaskConcurrency) {
		return wrongSetting(field.TaskConcurrencyField.FieldName, fmt.Sprintf("takes a number from 1 to %d", maxTaskConcurrency))
	}
	return nil
}

// wrongSetting is the end of a process whose setting has to be put right.
func wrongSetting(flag, what string) error {
	variable := "BATON_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
	return &ending{code: int(codes.InvalidArgument), sentence: fmt.Sprintf("--%s (%s) %s", flag, variable, what)}
}
