package main_test

import (
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"gridmap/data"
)

const planted = 1000

// resident is one of the planted: names are of characters that nothing else in
// the district is written with, numbers begin as no other number does.
func resident(i int) (name, number, phone string) {
	return "赵" + string([]rune{rune(0x3400 + i/40), rune(0x3440 + i%40)}), fmt.Sprintf("50015219770101%04d", i), fmt.Sprintf("1997%07d", i*7919%10_000_000)
}

// traces finds the planted wherever they show: as they are, and escaped as a
// URL or as JSON has it.
type traces struct {
	form  *regexp.Regexp
	known map[string]bool
}

func newTraces() traces {
	x := traces{regexp.MustCompile(`赵[\x{3400}-\x{347f}]{2}|(?i:%E8%B5%B5%E3%9[01]|\\u8d75\\u34[0-7])|50015219770101\d{4}|1997\d{7}`), map[string]bool{}}
	for i := range planted {
		_, number, phone := resident(i)
		x.known[number], x.known[phone] = true, true
	}
	return x
}

// find returns the first of the planted in a text; digits of a coordinate may
// look like a number that nobody has.
func (x traces) find(text []byte) []byte {
	for _, m := range x.form.FindAll(text, -1) {
		if digits := m[0] >= '0' && m[0] <= '9'; !digits || x.known[string(m)] {
			return m
		}
	}
	return nil
}

func TestTheTracesOfThePlantedAreFound(t *testing.T) {
	for _, i := range []int{0, 39, 40, planted - 1} {
		name, number, phone := resident(i)
		for _, text := range []string{name, "居民" + name + "。", number, phone, "x" + number, url.QueryEscape(name), fmt.Sprintf("%+q", name), `{"n":"` + phone + `"}`} {
			if newTraces().find([]byte(text)) == nil {
				t.Errorf("%s is overlooked", text)
			}
		}
	}
	for _, text := range []string{"赵**", "500152********0001", "199****1234", "500152001001001", "105.819978276104", "\u341d"} {
		if newTraces().find([]byte(text)) != nil {
			t.Errorf("%s is none", text)
		}
	}
}

// plantResidents brings them in as the demo's residents came in, and returns
// the buildings that they live in.
func plantResidents(t *testing.T, s *server) (buildings []int64) {
	t.Helper()
	ctx := context.Background()
	pool, err := data.Open(ctx, databaseURL(s.dir), data.PoolOptions{MaxConns: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	secret, err := data.KeyFile(filepath.Join(s.dir, "keys", "personal.key"))
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := data.NewSealer(secret)
	if err != nil {
		t.Fatal(err)
	}
	households := column(t, pool, `select id from households order by id limit $1`)
	err = data.LoadBulk(ctx, pool, sealer, []string{"people"}, func(b *data.Bulk) error {
		return b.People(ctx, func(yield func(data.Person) bool) {
			for i := range planted {
				name, number, phone := resident(i)
				if !yield(data.Person{ID: int64(firstPlanted + i), HouseholdID: households[i%len(households)], Name: name, Number: number, Phone: phone,
					Sex: 'F', BirthYear: 1977, Care: []string{"elderly"}, Resident: true, Source: "planted"}) {
					return
				}
			}
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return column(t, pool, `select distinct s.building_id from people p join households h on h.id = p.household_id join rooms r on r.id = h.room_id
		join stairwells s on s.id = r.stairwell_id where p.source = 'planted' order by 1 limit $1`)
}

const firstPlanted = 800_000_000

func column(t *testing.T, pool *pgxpool.Pool, sql string) []int64 {
	t.Helper()
	rows, err := pool.Query(context.Background(), sql, planted)
	if err != nil {
		t.Fatal(err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil || len(out) == 0 {
		t.Fatalf("got %d rows of %s: %v", len(out), sql, err)
	}
	return out
}
