package transport_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize/convex/lp"

	"gridmap/geo/transport"
)

// instance is a random problem; one in three has too few beds, some pairs are
// forbidden, and costs are often equal.
func instance(seed uint64, sources, sinks int) transport.Problem {
	r := rand.New(rand.NewPCG(seed, 11))
	p := transport.Problem{Demand: make([]int64, sources), Capacity: make([]int64, sinks), Cost: make([][]int64, sources)}
	var people int64
	for i := range p.Demand {
		p.Demand[i] = int64(r.IntN(9))
		people += p.Demand[i]
		p.Cost[i] = make([]int64, sinks)
		for j := range p.Cost[i] {
			p.Cost[i][j] = int64(r.IntN(1 + []int{3, 20, 1000}[seed%3]))
			if r.IntN(4) == 0 {
				p.Cost[i][j] = transport.Forbidden
			}
		}
	}
	for j := range p.Capacity {
		p.Capacity[j] = int64(r.IntN(int(people)/max(1, sinks)*2 + 2))
	}
	return p
}

// byLP solves the same by the simplex method: flows, people left and free beds, all
// at least zero.
func byLP(t *testing.T, p transport.Problem, penalty int64) float64 {
	t.Helper()
	n, m := len(p.Demand), len(p.Capacity)
	columns := n*m + n + m
	costs, a, b := make([]float64, columns), mat.NewDense(n+m, columns, nil), make([]float64, n+m)
	for i := range n {
		for j := range m {
			c := i*m + j
			a.Set(i, c, 1)
			a.Set(n+j, c, 1)
			costs[c] = float64(p.Cost[i][j])
			if p.Cost[i][j] == transport.Forbidden {
				costs[c] = 4 * float64(penalty)
			}
		}
		a.Set(i, n*m+i, 1)
		costs[n*m+i] = float64(penalty)
		b[i] = float64(p.Demand[i])
	}
	for j := range m {
		a.Set(n+j, n*m+n+j, 1)
		b[n+j] = float64(p.Capacity[j])
	}
	best, _, err := lp.Simplex(costs, a, b, 1e-9, nil)
	if err != nil {
		t.Skipf("the simplex method gave up: %v", err)
	}
	return best
}

func TestAPlanCostsWhatALinearProgrammeSaysItMust(t *testing.T) {
	solved := 0
	for seed := range uint64(400) {
		t.Run(fmt.Sprint("instance ", seed), func(t *testing.T) {
			p := instance(seed, 1+int(seed%13), 1+int(seed%5))
			plan, err := transport.Solve(p)
			if err != nil {
				t.Fatal(err)
			}
			if err := plan.Check(p); err != nil {
				t.Fatal(err)
			}
			var left int64
			for _, n := range plan.Left {
				left += n
			}
			want := byLP(t, p, plan.Penalty)
			if got := float64(plan.Cost + left*plan.Penalty); math.Abs(got-want) > 1e-6*math.Max(1, want) {
				t.Fatalf("got a cost of %v, want %v", got, want)
			}
			solved++
		})
	}
	if solved < 390 {
		t.Errorf("only %d instances were compared", solved)
	}
}

// most is the largest flow by augmenting paths of one person, and nothing else.
func most(p transport.Problem) int64 {
	n, m := len(p.Demand), len(p.Capacity)
	flow := make([][]int64, n)
	for i := range flow {
		flow[i] = make([]int64, m)
	}
	out, in, total := make([]int64, n), make([]int64, m), int64(0)
	var seenSource, seenSink []bool
	var room func(i int) bool
	room = func(i int) bool {
		if seenSource[i] {
			return false
		}
		seenSource[i] = true
		for j := range m {
			if p.Cost[i][j] == transport.Forbidden || seenSink[j] {
				continue
			}
			seenSink[j] = true
			if in[j] < p.Capacity[j] {
				flow[i][j]++
				in[j]++
				return true
			}
			for k := range n {
				if flow[k][j] > 0 && room(k) {
					flow[k][j]--
					flow[i][j]++
					return true
				}
			}
		}
		return false
	}
	for i := range n {
		for out[i] < p.Demand[i] {
			seenSource, seenSink = make([]bool, n), make([]bool, m)
			if !room(i) {
				break
			}
			out[i]++
			total++
		}
	}
	return total
}

func TestNobodyIsLeftWhileThereIsRoomAndTheCutSaysWhatIsMissing(t *testing.T) {
	for seed := range uint64(300) {
		p := instance(seed, 2+int(seed%20), 1+int(seed%6))
		plan, err := transport.Solve(p)
		if err != nil {
			t.Fatal(err)
		}
		if err := plan.Check(p); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		var want int64
		for _, d := range p.Demand {
			want += d
		}
		want -= most(p)
		got := int64(0)
		if plan.Shortage != nil {
			got = plan.Shortage.Missing
		}
		if got != want {
			t.Fatalf("seed %d: got %d missing beds, want %d", seed, got, want)
		}
	}
}

func TestTheEdgesOfAProblem(t *testing.T) {
	x := int64(transport.Forbidden)
	for name, c := range map[string]struct {
		p          transport.Problem
		cost, left int64
	}{
		"nobody":                       {transport.Problem{Capacity: []int64{3}}, 0, 0},
		"nowhere to go":                {transport.Problem{Demand: []int64{4}, Cost: [][]int64{{}}}, 0, 4},
		"a place without beds":         {transport.Problem{Demand: []int64{4}, Capacity: []int64{0}, Cost: [][]int64{{1}}}, 0, 4},
		"nobody may go anywhere":       {transport.Problem{Demand: []int64{2, 3}, Capacity: []int64{9}, Cost: [][]int64{{x}, {x}}}, 0, 5},
		"nobody wants to go":           {transport.Problem{Demand: []int64{0, 0}, Capacity: []int64{9}, Cost: [][]int64{{1}, {1}}}, 0, 0},
		"one is parted between two":    {transport.Problem{Demand: []int64{5}, Capacity: []int64{2, 9}, Cost: [][]int64{{1, 4}}}, 2 + 12, 0},
		"the first makes room":         {transport.Problem{Demand: []int64{3, 3}, Capacity: []int64{3, 3}, Cost: [][]int64{{1, 2}, {1, x}}}, 6 + 3, 0},
		"the dearest costs still hold": {transport.Problem{Demand: []int64{1e9}, Capacity: []int64{1e9}, Cost: [][]int64{{1000}}}, 1e12, 0},
	} {
		t.Run(name, func(t *testing.T) {
			plan, err := transport.Solve(c.p)
			if err != nil {
				t.Fatal(err)
			}
			if err := plan.Check(c.p); err != nil {
				t.Fatal(err)
			}
			var left int64
			for _, n := range plan.Left {
				left += n
			}
			if plan.Cost != c.cost || left != c.left {
				t.Fatalf("got a cost of %d with %d left, want %d with %d", plan.Cost, left, c.cost, c.left)
			}
		})
	}
}

func TestAWrongPlanDoesNotPassTheCheck(t *testing.T) {
	p := instance(5, 12, 4)
	for name, spoil := range map[string]func(*transport.Plan){
		"a higher cost":        func(pl *transport.Plan) { pl.Cost++ },
		"a price too high":     func(pl *transport.Plan) { pl.SourcePrice[0] += 1000 },
		"somebody is missing":  func(pl *transport.Plan) { pl.Left[0]-- },
		"somebody is invented": func(pl *transport.Plan) { pl.Load[0]++ },
	} {
		t.Run(name, func(t *testing.T) {
			plan, err := transport.Solve(p)
			if err != nil {
				t.Fatal(err)
			}
			spoil(plan)
			if plan.Check(p) == nil {
				t.Fatal("it passed")
			}
		})
	}
}

// town is a problem as an evacuation has it: buildings on a plane, shelters among
// them, beds for most.
func town(buildings, shelters int) transport.Problem {
	r := rand.New(rand.NewPCG(9, 9))
	p := transport.Problem{Demand: make([]int64, buildings), Capacity: make([]int64, shelters), Cost: make([][]int64, buildings)}
	at := make([][2]float64, shelters)
	var people int64
	for j := range at {
		at[j] = [2]float64{20000 * r.Float64(), 20000 * r.Float64()}
	}
	for i := range p.Demand {
		p.Demand[i] = int64(1 + r.IntN(20))
		people += p.Demand[i]
		x, y := 20000*r.Float64(), 20000*r.Float64()
		for j := range at {
			p.Cost[i] = append(p.Cost[i], int64(math.Hypot(x-at[j][0], y-at[j][1])))
		}
	}
	for j := range p.Capacity {
		p.Capacity[j] = people * int64(60+r.IntN(80)) / 100 / int64(shelters)
	}
	return p
}

func BenchmarkSolve(b *testing.B) {
	for _, n := range []int{4400, 20000} {
		p := town(n, 80)
		b.Run(fmt.Sprintf("%d_buildings_80_shelters", n), func(b *testing.B) {
			for range b.N {
				if _, err := transport.Solve(p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestSumsThatDoNotHoldAreRefused(t *testing.T) {
	p := transport.Problem{Demand: []int64{transport.MaxCost}, Capacity: make([]int64, 200), Cost: [][]int64{make([]int64, 200)}}
	for j := range p.Capacity {
		p.Capacity[j], p.Cost[0][j] = transport.MaxCost, transport.MaxCost
	}
	if _, err := transport.Solve(p); err == nil {
		t.Fatal("got a plan of people whose costs overflow, want an error")
	}
	p.Demand[0] /= 1000
	plan, err := transport.Solve(p)
	if err != nil {
		t.Fatal(err)
	}
	if err := plan.Check(p); err != nil || plan.Cost != p.Demand[0]*transport.MaxCost {
		t.Fatalf("got %d, %v, want %d", plan.Cost, err, p.Demand[0]*transport.MaxCost)
	}
}
