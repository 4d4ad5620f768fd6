package graphsim

import (
	"crypto/rsa"
	"errors"
	"fmt"
)

// Check says what makes no sense in the options, without building anything.
func (o Options) Check() error {
	if o.PageSize < 0 || o.PageSize > maxTop {
		return fmt.Errorf("graphsim: page size %d is not between 1 and %d", o.PageSize, maxTop)
	}
	if o.DeltaLinks < 0 || o.ExpandPageSize < 0 || o.ExpandPageSize > maxTop {
		return fmt.Errorf("graphsim: %d links on a page of delta and pages of %d with $expand: neither can be negative, nor the latter above %d",
			o.DeltaLinks, o.ExpandPageSize, maxTop)
	}
	if o.DeltaStatus != 0 && (o.DeltaStatus < 400 || o.DeltaStatus > 599) {
		return fmt.Errorf("graphsim: status %d of delta is none from 400 to 599", o.DeltaStatus)
	}
	if err := o.checkRanges(); err != nil {
		return err
	}
	if min(o.Latency, o.TokenLifetime, o.ReplicationDelay, o.WriteHold) < 0 {
		return errors.New("graphsim: latency, token lifetime, replication delay and the hold of writes cannot be negative")
	}
	if min(o.ExchangeDelay, o.MethodLag, o.AuditLag) < 0 {
		return errors.New("graphsim: the delay of Exchange and the lags of authentication methods and of the logs cannot be negative")
	}
	for _, name := range o.DirectoryRoles {
		if roleNamed(name) == "" {
			return fmt.Errorf("graphsim: %q is no directory role of this tenant", name)
		}
	}
	if o.CountLag < 0 || o.HiddenMembership < 0 {
		return errors.New("graphsim: the lag of counts and the number of hidden memberships cannot be negative")
	}
	if _, ok := throttleSizes[o.Throttle]; !ok && o.Throttle != "" {
		return fmt.Errorf("graphsim: throttle %q is none of off, small, medium, large", o.Throttle)
	}
	_, err := o.chance()
	return errors.Join(err, o.checkSignIn())
}

func (o Options) checkRanges() error {
	if o.RangesStatus != 0 && (o.RangesStatus < 400 || o.RangesStatus > 599) {
		return fmt.Errorf("graphsim: status %d of ranges is none from 400 to 599", o.RangesStatus)
	}
	if o.RangesStatus != 0 && o.RangesIgnored {
		return fmt.Errorf("graphsim: ranges cannot be refused with status %d and ignored at once", o.RangesStatus)
	}
	if o.UsersWithoutSID < 0 {
		return errors.New("graphsim: the number of users without a security identifier cannot be negative")
	}
	return nil
}

func (o Options) checkSignIn() error {
	if o.Cloud != "" && cloudNamed(o.Cloud) == nil {
		return fmt.Errorf("graphsim: cloud %q is none of public, usgov, usgov-dod, china", o.Cloud)
	}
	for _, f := range o.Federations {
		if _, isRSA := f.Key.(*rsa.PublicKey); f.Issuer == "" || f.Subject == "" || !isRSA {
			return errors.New("graphsim: a federation needs an issuer, a subject and an RSA key")
		}
	}
	for _, s := range o.ClientSecrets {
		if s.Value == "" {
			return errors.New("graphsim: a client secret cannot be empty")
		}
	}
	if o.Proxy == "" {
		return nil
	}
	return CheckLoopback(o.Proxy)
}
