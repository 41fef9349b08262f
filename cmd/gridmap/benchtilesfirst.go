package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gridmap/tiles"
)

// contender is a server in the comparison, with what it did so far.
type contender struct {
	name  string
	path  func(tiles.ID) string
	child *benchChild // nil: not ours to ask for its processor time
	base  string
	token string

	wall  time.Duration
	cpu   time.Duration
	took  []time.Duration
	bytes int64
}

func (c *contender) reset() { c.wall, c.cpu, c.took, c.bytes = 0, 0, nil, 0 }

// ask sends the list and adds up. The processor time of the database is part of
// whatever server makes it work.
func (b *tileBench) ask(c *contender, list []tiles.ID, level int) error {
	paths := make([]string, len(list))
	for i, id := range list {
		paths[i] = c.path(id)
	}
	before, err := c.spent(b)
	if err != nil {
		return err
	}
	t, err := load(c.base, c.token, paths, level)
	if err != nil {
		return fmt.Errorf("%s: %w", c.name, err)
	}
	after, err := c.spent(b)
	c.wall, c.cpu, c.bytes = c.wall+t.whole, c.cpu+after-before, c.bytes+t.bytes
	c.took = append(c.took, t.took...)
	return err
}

func (c *contender) spent(b *tileBench) (time.Duration, error) {
	sum, err := b.cpu.spent()
	if err != nil || c.child == nil {
		return sum, err
	}
	own, err := c.child.cpu()
	return sum + own, err
}

func ourPath(set []string) func(tiles.ID) string {
	name := strings.Join(set, ",")
	return func(id tiles.ID) string { return "/tiles/" + name + "/" + id.String() + ".mvt" }
}

// contenders starts our server and ST_AsMVT, and adds those of --against.
func (b *tileBench) contenders(ctx context.Context) ([]*contender, func(), error) {
	var list []*contender
	end := func() {
		for _, c := range list {
			if c.child != nil {
				c.child.end()
			}
		}
	}
	for _, kind := range []string{"ours", "plain"} {
		child, err := startBenchChild(ctx, b.s.url, kind)
		if err != nil {
			end()
			return nil, nil, err
		}
		name := map[string]string{"ours": "ours", "plain": "ST_AsMVT"}[kind]
		list = append(list, &contender{name: name, path: ourPath(allTogether()), child: child, base: child.url, token: child.token})
	}
	for i, pattern := range b.c.Against {
		c, err := b.other(pattern, i)
		if err != nil {
			end()
			return nil, nil, err
		}
		list = append(list, c)
	}
	return list, end, nil
}

// other is a server by its URL pattern.
func (b *tileBench) other(pattern string, i int) (*contender, error) {
	scheme, rest, _ := strings.Cut(pattern, "://")
	host, path, ok := strings.Cut(rest, "/")
	if scheme != "http" || !ok || !strings.Contains(path, "{z}") {
		return nil, fmt.Errorf("--against %q is not of the form http://HOST:PORT/…{layer}…{z}…{x}…{y}", pattern)
	}
	layer := b.c.AgainstLayer
	if layer == "" {
		layer = strings.Join(allTogether(), ",")
	}
	return &contender{name: fmt.Sprintf("against %d", i+1), base: "http://" + host, path: func(id tiles.ID) string {
		return "/" + strings.NewReplacer("{layer}", layer, "{z}", fmt.Sprint(id.Z), "{x}", fmt.Sprint(id.X), "{y}", fmt.Sprint(id.Y)).Replace(path)
	}}, nil
}

// turns is how many parts a list is asked for in, so that servers alternate.
const turns = 6

// first asks every server for tiles that nobody asked it for before.
func (b *tileBench) first(ctx context.Context) error {
	list, end, err := b.contenders(ctx)
	if err != nil {
		return err
	}
	defer end()
	levels := []int{1, 4, 16}
	all, err := b.pick([]string{"buildings"}, b.c.Tiles*len(levels)+turns)
	if err != nil {
		return err
	}
	b.rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	warm := all[:turns]
	all = all[turns:]
	fmt.Printf("\nfirst requests, all layers, %d tiles with buildings a line, weighted to zooms 12–16, no tile asked for twice;\n"+
		"servers in turn; processor time with the database's, where the server is on this machine\n", b.c.Tiles)
	fmt.Printf("  %-10s %-10s %11s %9s %9s %11s %9s %9s %9s\n", "at once", "", "requests/s", "p50 ms", "p99 ms", "CPU ms", "kB", "rate", "p99")
	for k, level := range levels {
		part := all[k*b.c.Tiles : (k+1)*b.c.Tiles]
		for _, c := range list {
			if err := b.ask(c, warm, 1); err != nil { // connections and the database's caches
				return err
			}
			c.reset()
			if c.name == "ours" {
				if err := c.child.forget(); err != nil {
					return err
				}
			}
		}
		size := (len(part) + turns - 1) / turns
		for turn := range turns {
			for n := range list {
				c := list[(n+turn)%len(list)]
				if err := b.ask(c, part[min(len(part), turn*size):min(len(part), (turn+1)*size)], level); err != nil {
					return err
				}
			}
		}
		for _, c := range list {
			c.print(level, list[0])
		}
	}
	return nil
}

// print writes one line: rates are times ours against this one.
func (c *contender) print(level int, ours *contender) {
	slices.Sort(c.took)
	cpu := "–"
	if c.cpu > 0 {
		cpu = fmt.Sprintf("%.3f", c.cpu.Seconds()*1e3/float64(len(c.took)))
	}
	fmt.Printf("  %-10d %-10s %11.0f %9.2f %9.2f %11s %9.1f %8.1f× %8.1f×\n", level, c.name, c.perSecond(), ms(c.quantile(50)), ms(c.quantile(99)),
		cpu, float64(c.bytes)/1e3/float64(len(c.took)), ours.perSecond()/c.perSecond(), float64(c.quantile(99))/float64(ours.quantile(99)))
}

func (c *contender) perSecond() float64 { return float64(len(c.took)) / c.wall.Seconds() }

func (c *contender) quantile(percent int) time.Duration {
	slices.Sort(c.took)
	return c.took[min(len(c.took)-1, len(c.took)*percent/100)]
}

// repeated compares kept tiles with the same bytes out of a plain map.
func (b *tileBench) repeated(ctx context.Context) error {
	ours, err := startBenchChild(ctx, b.s.url, "ours")
	if err != nil {
		return err
	}
	defer ours.end()
	memory, err := startBenchChild(ctx, b.s.url, "memory", "--origin", ours.url, "--token", ours.token)
	if err != nil {
		return err
	}
	defer memory.end()
	list := []*contender{{name: "ours", path: ourPath(allTogether()), child: ours, base: ours.url, token: ours.token},
		{name: "plain map", path: ourPath(allTogether()), child: memory, base: memory.url, token: ours.token}}
	some, err := b.pick([]string{"buildings"}, b.c.Tiles)
	if err != nil {
		return err
	}
	fmt.Printf("\nrepeated requests, all layers, against the same bytes from a plain map by net/http\n")
	fmt.Printf("  %-10s %-10s %11s %9s %9s %11s %9s %9s %9s\n", "at once", "", "requests/s", "p50 ms", "p99 ms", "CPU ms", "kB", "rate", "p99")
	again := slices.Repeat(some, 20)
	for _, level := range []int{1, 4, 16} {
		for _, c := range list {
			if err := b.ask(c, some, level); err != nil {
				return err
			}
			c.reset()
		}
		for turn := range turns {
			for n := range list {
				if err := b.ask(list[(n+turn)%len(list)], again[turn*len(again)/turns:(turn+1)*len(again)/turns], level); err != nil {
					return err
				}
			}
		}
		for _, c := range list {
			c.print(level, list[0])
		}
	}
	return nil
}
