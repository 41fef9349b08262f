package access

import "strings"

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
}

// Anonymous says whether nobody signed in.
func (i Identity) Anonymous() bool { return i.Account == "" }

// Covers says whether the division, grid or micro-grid with this code is inside
// the scope. An identity without a scope covers nothing.
func (i Identity) Covers(code string) bool {
	return i.ScopeCode != "" && strings.HasPrefix(code, Prefix(i.ScopeCode))
}

// SeesPoints says whether single cases may be shown with their place and words.
func (i Identity) SeesPoints() bool {
	return i.Role == Planner || i.Role == Emergency || i.Role == Operator
}

// Prefix is what the codes of everything inside a division begin with.
func Prefix(division string) string {
	if len(division) == 12 && strings.HasSuffix(division, "000") {
		if strings.HasSuffix(division, "000000") {
			return division[:6]
		}
		return division[:9]
	}
	return division
}
