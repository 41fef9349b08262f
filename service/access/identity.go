package access

import "gridmap/data"

// Role is what somebody does; see the constants.
type Role string

// The roles.
const (
	Wall          Role = "wall"          // a screen in a command centre: sums, no single cases on the map
	Planner       Role = "planner"       // draws grids
	Emergency     Role = "emergency"     // floods and evacuations
	Operator      Role = "operator"      // takes cases and brings them through
	Administrator Role = "administrator" // accounts and imports
	Auditor       Role = "auditor"       // reads the audit log
)

// Roles lists every role.
func Roles() []Role { return []Role{Wall, Planner, Emergency, Operator, Administrator, Auditor} }

// Identity is who makes a request. The zero value is nobody.
type Identity struct {
	Account   string
	Role      Role
	ScopeCode string // 12 digits
	Demo      bool
	// MustChange: nothing but a new password may be asked for.
	MustChange bool
}

// Anonymous says whether nobody signed in.
func (i Identity) Anonymous() bool { return i.Account == "" }

// Actor is the identity as the database knows it.
func (i Identity) Actor() data.Actor {
	return data.Actor{Account: i.Account, Role: string(i.Role), ScopeCode: i.ScopeCode}
}

// Covers says whether the division, grid or micro-grid with this code is inside
// the scope. An identity without a scope covers nothing.
func (i Identity) Covers(code string) bool { return i.Actor().Covers(code) }

// SeesPoints says whether single cases may be shown with their place and words.
func (i Identity) SeesPoints() bool {
	return i.Role == Planner || i.Role == Emergency || i.Role == Operator
}
