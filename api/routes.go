package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"gridmap/data"
	"gridmap/service/access"
)

// Scope says how the identity's division binds a route.
type Scope string

// The ways scope binds.
const (
	// ScopeNone: the answer is the same for everybody who may ask.
	ScopeNone Scope = "none"
	// ScopeDivision: the code in the path, or the query parameter division,
	// must lie inside the scope; without one, the scope itself is meant.
	ScopeDivision Scope = "division"
	// ScopeContent: the service decides by what the request touches.
	ScopeContent Scope = "content"
)

// Handler answers a request or returns why not; see problemOf.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Route is a row of the table. One that names no role and is not Open admits
// nobody.
type Route struct {
	Method, Pattern string
	Summary         string
	Roles           []access.Role
	Open            bool // to everybody, signed in or not; then Roles is empty
	Scope           Scope
	Stream          bool          // no time limit
	Timeout         time.Duration // of the request; zero: requestTimeout
	Handle          Handler

	// BeforeChange: also for who must change their password before anything else.
	BeforeChange bool
	// Unkeyed: a write that takes no Idempotency-Key, because what it carries or
	// answers must not be kept, not even as a hash.
	Unkeyed bool

	Query    []Param // the only query parameters it takes
	Request  any     // zero value of the body it takes
	Response any     // zero value of the body it answers
	Status   int     // of success; zero: 200
}

// Param is a query parameter, in words for the OpenAPI document.
type Param struct{ Name, Means string }

// anyRole lists who may use what is for everybody who signed in.
func anyRole() []access.Role { return access.Roles() }

// caseWriters take cases and bring them through.
func caseWriters() []access.Role { return []access.Role{access.Operator, access.Emergency} }

// caseReaders see cases; the wall sees them without place and words.
func caseReaders() []access.Role {
	return []access.Role{access.Wall, access.Planner, access.Emergency, access.Operator}
}

// routes is the table: what is not here does not exist.
func (s *server) routes() []Route {
	return slices.Concat(s.screenRoutes(), s.healthRoutes(), s.sessionRoutes(), s.divisionRoutes(), s.figureRoutes(),
		s.gridRoutes(), s.lifeRoutes(), s.carryOverRoutes(), s.planRoutes(), s.paperRoutes(), s.evacuationRoutes(), s.evacuationPaperRoutes(), s.caseRoutes(), s.mapRoutes(), s.auditRoutes(), s.accountRoutes(), s.peopleRoutes(), s.openAPIRoutes(), s.More)
}

type contextKey int

const (
	identityKey contextKey = iota
	secretKey
	requestIDKey
	insiderKey
)

// withInsider is the context of a request that the program makes to itself, as
// somebody who needs no secret. Nothing that comes from outside has it.
func withInsider(ctx context.Context, id access.Identity) context.Context {
	return context.WithValue(ctx, insiderKey, id)
}

// identityFrom returns who makes the request; the zero value is nobody.
func identityFrom(ctx context.Context) access.Identity {
	id, _ := ctx.Value(identityKey).(access.Identity)
	return id
}

// IdentityFrom is identityFrom for routes that live elsewhere.
func IdentityFrom(ctx context.Context) access.Identity { return identityFrom(ctx) }

func withIdentity(ctx context.Context, id access.Identity, secret string) context.Context {
	return context.WithValue(context.WithValue(ctx, identityKey, id), secretKey, secret)
}

// wrap puts a route's own conditions before its handler and its errors into
// words.
func (s *server) wrap(route Route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch {
		case route.Stream:
		case route.Timeout == 0 && r.Method != http.MethodGet && r.Header.Get("Idempotency-Key") != "":
			var done func()
			r, done = s.patiently(r)
			defer done()
		default:
			ctx, cancel := context.WithTimeout(r.Context(), cmp.Or(route.Timeout, requestTimeout))
			defer cancel()
			r = r.WithContext(ctx)
		}
		if r.Body != nil {
			r.Body = http.MaxBytesReader(w, r.Body, maxBodyBytes)
		}
		if err := s.admit(&r, route); err != nil {
			s.fail(w, r, late(r, err))
			return
		}
		if route.Stream {
			var stop func()
			r, stop = s.whileSignedIn(r)
			defer stop()
		}
		if err := route.Handle(w, r); err != nil {
			if data.CodeOf(err) == data.NotFound && s.hidden(r, route) {
				err = data.Fault(data.Forbidden, "", "this is outside your scope "+identityFrom(r.Context()).ScopeCode)
			}
			if data.CodeOf(err) == data.Forbidden {
				s.noteRefusal(r, route)
			}
			s.fail(w, r, late(r, err))
		}
	}
}

// hidden says whether what a request did not find is only outside the scope:
// that is a refusal, and is noted as one.
func (s *server) hidden(r *http.Request, route Route) bool {
	kind, _, ok := strings.Cut(strings.TrimPrefix(route.Pattern, "/api/v1/"), "/{id}")
	id, err := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	if !ok || err != nil || s.Access == nil {
		return false
	}
	hidden, err := s.Access.Hidden(r.Context(), identityFrom(r.Context()), kind, id)
	if err != nil {
		s.Log.WarnContext(r.Context(), "what was not found could not be looked up", "error", err)
	}
	return hidden
}

// checkStreamEvery is how often a stream looks whether its session still holds.
const checkStreamEvery = 2 * time.Second

// whileSignedIn gives a stream a context that ends with its session.
func (s *server) whileSignedIn(r *http.Request) (*http.Request, func()) {
	secret, _ := r.Context().Value(secretKey).(string)
	ctx, cancel := context.WithCancel(r.Context())
	if secret == "" || s.Access == nil {
		return r.WithContext(ctx), cancel
	}
	go func() {
		t := time.NewTicker(checkStreamEvery)
		defer t.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-t.C:
			}
			if data.CodeOf(s.Access.Still(ctx, secret)) == data.Unrecognised {
				cancel()
				return
			}
		}
	}()
	return r.WithContext(ctx), cancel
}

// admit recognises who asks and refuses what role, scope or query do not allow.
func (s *server) admit(r **http.Request, route Route) error {
	id, secret, err := s.recognise(*r)
	if err != nil && !route.Open {
		return err
	}
	ctx := withIdentity((*r).Context(), id, secret)
	*r = (*r).WithContext(data.WithActor(ctx, id.Actor()))
	if !route.Open {
		if err := s.admitIdentity(*r, id, route); err != nil {
			return err
		}
	}
	if route.Pattern != "none" && route.Query != nil {
		if err := onlyParams(*r, route.Query); err != nil {
			return err
		}
	}
	if route.Scope == ScopeDivision {
		if code := divisionOf(*r); code != "" && validCode(code) && !id.Covers(code) {
			return s.refuse(*r, route, "", "this is outside your scope "+id.ScopeCode)
		}
	}
	return nil
}

func (s *server) admitIdentity(r *http.Request, id access.Identity, route Route) error {
	switch {
	case id.Anonymous():
		return data.Fault(data.Unrecognised, "", "sign in first")
	case !slices.Contains(route.Roles, id.Role):
		return s.refuse(r, route, "", "the role "+string(id.Role)+" may not do this")
	case id.MustChange && !route.BeforeChange:
		return s.refuse(r, route, "password", "must be changed before anything else")
	}
	return nil
}

// divisionOf is the code a request of a ScopeDivision route is about.
func divisionOf(r *http.Request) string {
	if code := chi.URLParam(r, "code"); code != "" {
		return code
	}
	return r.URL.Query().Get("division")
}

// subjectOf is what a request is about, for the audit log: codes and ids only,
// for anything else may be somebody's name, and longer numbers their telephone's.
func subjectOf(r *http.Request) string {
	if code := divisionOf(r); validCode(code) {
		return code
	}
	if id := chi.URLParam(r, "id"); id != "" && len(id) <= 10 && strings.Trim(id, "0123456789") == "" {
		return id
	}
	return ""
}

// refuse notes a refusal in the audit log and returns it.
func (s *server) refuse(r *http.Request, route Route, field, reason string) error {
	s.noteRefusal(r, route)
	return data.Fault(data.Forbidden, field, reason)
}

func (s *server) noteRefusal(r *http.Request, route Route) {
	// The request may be over already, by its time limit or its client.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), 2*time.Second)
	defer cancel()
	if err := s.Access.Refused(ctx, identityFrom(ctx), route.Method+" "+route.Pattern, subjectOf(r)); err != nil {
		s.Log.WarnContext(ctx, "a refusal could not be audited", "error", err)
	}
}
