package standing

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// Client speaks to one server. Several goroutines may use it.
type Client struct {
	t       *testing.T
	Address string // http://host:port
	http    *http.Client
}

// NewClient speaks to the server at address.
func NewClient(t *testing.T, address string) Client {
	return Client{t: t, Address: address,
		http: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
}

// Within is the client with another time limit for a request.
func (c Client) Within(limit time.Duration) Client {
	c.http = &http.Client{Timeout: limit, Transport: c.http.Transport}
	return c
}

// Reply is an answer over HTTP. Err is set when there was none, or only a part.
type Reply struct {
	Status int
	Header http.Header
	Body   []byte
	Err    error
}

func (r Reply) String() string {
	if r.Err != nil {
		return r.Err.Error()
	}
	return fmt.Sprintf("%d %.600s", r.Status, r.Body)
}

// Into reads a JSON body.
func (r Reply) Into(t *testing.T, v any) {
	t.Helper()
	if err := json.Unmarshal(r.Body, v); err != nil {
		t.Fatalf("%v: %v", err, r)
	}
}

// Send makes a request; headers are pairs.
func (c Client) Send(token, method, path, body string, headers ...string) Reply {
	r, err := http.NewRequestWithContext(context.Background(), method, c.Address+path, strings.NewReader(body))
	if err != nil {
		return Reply{Err: err}
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := c.http.Do(r)
	if err != nil {
		return Reply{Err: err}
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return Reply{res.StatusCode, res.Header, b, err}
}

// Get asks for path.
func (c Client) Get(token, path string) Reply { return c.Send(token, http.MethodGet, path, "") }

// Post writes under an idempotency key.
func (c Client) Post(token, path, key, body string) Reply {
	return c.Send(token, http.MethodPost, path, body, "Idempotency-Key", key)
}

// MustGet wants 200.
func (c Client) MustGet(token, path string) Reply {
	c.t.Helper()
	r := c.Get(token, path)
	if r.Err != nil || r.Status != http.StatusOK {
		c.t.Fatalf("GET %s: %v", path, r)
	}
	return r
}

// MustPost wants a status below 300.
func (c Client) MustPost(token, path, key, body string) Reply {
	c.t.Helper()
	r := c.Post(token, path, key, body)
	if r.Err != nil || r.Status >= 300 {
		c.t.Fatalf("POST %s: %v", path, r)
	}
	return r
}

// SignIn returns the token of a new session.
func (c Client) SignIn(account, password string) string {
	c.t.Helper()
	body, err := json.Marshal(map[string]string{"account": account, "password": password})
	if err != nil {
		c.t.Fatal(err)
	}
	r := c.Send("", http.MethodPost, "/api/v1/session", string(body))
	var in struct{ Token string }
	if r.Err != nil || r.Status >= 300 {
		c.t.Fatalf("sign in as %s: %v", account, r)
	}
	r.Into(c.t, &in)
	return in.Token
}

// SeenCase is a case as a client reads it.
type SeenCase struct {
	ID       int64   `json:"id"`
	Type     string  `json:"type"`
	GridCode string  `json:"grid_code"`
	Lon      float64 `json:"lon"`
	Lat      float64 `json:"lat"`
	Version  int     `json:"version"`
}

// CaseBodies are the bodies of new cases like some that are open now, so that
// type and grid are known.
func (c Client) CaseBodies(token string) []string {
	c.t.Helper()
	var page struct {
		Items []SeenCase `json:"items"`
	}
	c.MustGet(token, "/api/v1/cases?state=open&limit=50").Into(c.t, &page)
	var bodies []string
	for _, k := range page.Items {
		bodies = append(bodies, fmt.Sprintf(`{"type":%q,"grid_code":%q,"description":"测试"}`, k.Type, k.GridCode))
	}
	if len(bodies) == 0 {
		c.t.Fatal("the demo has no open case")
	}
	return bodies
}
