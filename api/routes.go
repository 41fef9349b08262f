package api

import (
	"context"
	"net/http"
	"slices"
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

// Route is a row of the table. A route without roles is open to everybody.
type Route struct {
	Method, Pattern string
	Summary         string
	Roles           []access.Role
	Scope           Scope
	Stream          bool // no time limit
	Handle          Handler

	Query    []Param // the only query parameters it takes
	Request  any     // zero value of the body it takes
	Response any     // zero value of the body it answers
	Status   int     // of success; zero: 200
}

// Param is a query parameter, in words for the OpenAPI document.
type Param struct{ Name, Means string }

// requestTimeout bounds every request but streams.
const requestTimeout = 10 * time.Second

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
		s.gridRoutes(), s.lifeRoutes(), s.carryOverRoutes(), s.planRoutes(), s.paperRoutes(), s.caseRoutes(), s.mapRoutes(), s.auditRoutes(), s.openAPIRoutes(), s.More)
}

type contextKey int

const (
	identityKey contextKey = iota
	secretKey
	requestIDKey
)

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
		if !route.Stream {
			ctx, cancel := context.WithTimeout(r.Context(), requestTimeout)
			defer cancel()
			r = r.WithContext(ctx)
		}
		if r.Body != nil {
			r.Body = http.MaxBytesReader(w, r.Body, maxBodyBytes)
		}
		if err := s.admit(&r, route); err != nil {
			s.fail(w, r, err)
			return
		}
		if err := route.Handle(w, r); err != nil {
			s.fail(w, r, err)
		}
	}
}

// admit recognises who asks and refuses what role, scope or query do not allow.
func (s *server) admit(r **http.Request, route Route) error {
	id, secret, err := s.recognise(*r)
	if err != nil && len(route.Roles) > 0 {
		return err
	}
	*r = (*r).WithContext(withIdentity((*r).Context(), id, secret))
	if len(route.Roles) > 0 {
		if id.Anonymous() {
			return data.Fault(data.Unrecognised, "", "sign in first")
		}
		if !slices.Contains(route.Roles, id.Role) {
			return s.refuse(*r, id, route, "the role "+string(id.Role)+" may not do this")
		}
	}
	if route.Pattern != "none" && route.Query != nil {
		if err := onlyParams(*r, route.Query); err != nil {
			return err
		}
	}
	if route.Scope == ScopeDivision {
		if code := divisionOf(*r); code != "" && validCode(code) && !id.Covers(code) {
			return s.refuse(*r, id, route, "this is outside your scope "+id.ScopeCode)
		}
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

// refuse notes a refusal in the audit log and returns it.
func (s *server) refuse(r *http.Request, id access.Identity, route Route, reason string) error {
	if err := s.Access.Refused(r.Context(), id, route.Method+" "+route.Pattern, divisionOf(r)); err != nil {
		s.Log.WarnContext(r.Context(), "a refusal could not be audited", "error", err)
	}
	return data.Fault(data.Forbidden, "", reason)
}
