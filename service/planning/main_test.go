package planning_test

import (
	"testing"

	"gridmap/data/testdb"
)

func TestMain(m *testing.M) { testdb.Main(m) }
