package api

import (
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"
)

func (s *server) openAPIRoutes() []Route {
	return []Route{{Method: http.MethodGet, Pattern: "/api/openapi.json", Summary: "This document", Open: true, Scope: ScopeNone, Query: []Param{},
		Handle: func(w http.ResponseWriter, _ *http.Request) error {
			return reply(w, http.StatusOK, document(s.routes()))
		}}}
}

type object = map[string]any

// document describes the routes below /api in OpenAPI 3.1, from the table that
// the router is built of and the types that it reads and writes.
func document(routes []Route) object {
	d := schemas{known: object{}}
	problemRef := d.of(reflect.TypeFor[Problem]())
	paths := object{}
	for _, r := range routes {
		if !strings.HasPrefix(r.Pattern, "/api/") {
			continue
		}
		path, _ := paths[r.Pattern].(object)
		if path == nil {
			path = object{}
			paths[r.Pattern] = path
		}
		path[strings.ToLower(r.Method)] = d.operation(r, problemRef)
	}
	return object{
		"openapi": "3.1.0",
		"info": object{"title": "数字网格地图 gridmap", "version": "1",
			"description": "Positions are EPSG:4490 degrees, times RFC 3339. Errors are problem+json and name the field. Writes carry an Idempotency-Key."},
		"paths": paths,
		"components": object{
			"schemas": d.known,
			"securitySchemes": object{
				"session": object{"type": "apiKey", "in": "cookie", "name": cookieName},
				"token":   object{"type": "http", "scheme": "bearer"},
			},
		},
	}
}

func (d *schemas) operation(r Route, problemRef object) object {
	status := "200"
	if r.Status != 0 {
		status = http.StatusText(r.Status)
		status = map[string]string{"Created": "201", "No Content": "204", "See Other": "303"}[status]
	}
	ok := object{"description": "Done"}
	if r.Response != nil {
		ok["content"] = object{"application/json": object{"schema": d.of(reflect.TypeOf(r.Response))}}
	}
	op := object{
		"summary": r.Summary,
		"responses": object{status: ok, "default": object{"description": "What went wrong",
			"content": object{"application/problem+json": object{"schema": problemRef}}}},
	}
	if len(r.Roles) > 0 {
		op["security"] = []object{{"session": []string{}}, {"token": []string{}}}
		op["x-roles"] = r.Roles
		op["x-scope"] = r.Scope
	} else {
		op["security"] = []object{}
	}
	if params := parameters(r); len(params) > 0 {
		op["parameters"] = params
	}
	if r.Request != nil {
		op["requestBody"] = object{"required": true, "content": object{"application/json": object{"schema": d.of(reflect.TypeOf(r.Request))}}}
	}
	return op
}

func parameters(r Route) []object {
	var out []object
	add := func(in, name, means string, required bool) {
		out = append(out, object{"in": in, "name": name, "description": means, "required": required, "schema": object{"type": "string"}})
	}
	for part := range strings.SplitSeq(r.Pattern, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			add("path", strings.TrimSuffix(name, "}"), "", true)
		}
	}
	for _, p := range r.Query {
		add("query", p.Name, p.Means, false)
	}
	if r.Request != nil && len(r.Roles) > 0 && !r.Unkeyed {
		add("header", "Idempotency-Key", "The same key and body is done once, however often it is sent", true)
	}
	if r.Method == http.MethodPatch && !r.Unkeyed {
		add("header", "If-Match", "The version that you saw, as the ETag gave it", true)
	}
	return out
}

// schemas collects the JSON Schemas of named types.
type schemas struct{ known object }

func (d *schemas) of(t reflect.Type) object {
	switch {
	case t == reflect.TypeFor[time.Time]():
		return object{"type": "string", "format": "date-time"}
	case t.Kind() == reflect.Pointer:
		return object{"anyOf": []object{d.of(t.Elem()), {"type": "null"}}}
	case t.Kind() == reflect.Struct:
		return d.ref(t)
	case t.Kind() == reflect.Interface, t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8: // json.RawMessage
		return object{}
	case t.Kind() == reflect.Slice:
		return object{"type": "array", "items": d.of(t.Elem())}
	case t.Kind() == reflect.Array:
		return object{"type": "array", "items": d.of(t.Elem()), "minItems": t.Len(), "maxItems": t.Len()}
	case t.Kind() == reflect.Map:
		return object{"type": "object", "additionalProperties": d.of(t.Elem())}
	}
	return object{"type": scalar(t.Kind())}
}

func scalar(k reflect.Kind) string {
	switch k {
	case reflect.Bool:
		return "boolean"
	case reflect.String:
		return "string"
	case reflect.Float64, reflect.Float32:
		return "number"
	}
	return "integer"
}

// ref names a struct, and describes it the first time.
func (d *schemas) ref(t reflect.Type) object {
	name := schemaName(t)
	if _, ok := d.known[name]; !ok {
		properties, required := object{}, []string{}
		d.known[name] = object{"type": "object", "properties": properties}
		d.fields(t, properties, &required)
		slices.Sort(required)
		d.known[name] = object{"type": "object", "properties": properties, "required": slices.Compact(required)}
	}
	return object{"$ref": "#/components/schemas/" + name}
}

func (d *schemas) fields(t reflect.Type, properties object, required *[]string) {
	for f := range t.Fields() {
		if f.Anonymous {
			d.fields(f.Type, properties, required)
			continue
		}
		name, rest, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || name == "-" {
			continue
		}
		properties[name] = d.of(f.Type)
		if !strings.Contains(rest, "omitempty") {
			*required = append(*required, name)
		}
	}
}

// schemaName makes items[gridmap/api.caseBody] into ItemsCase. An evacuation has
// orders, changes and states of its own.
func schemaName(t reflect.Type) string {
	name := t.Name()
	if strings.HasSuffix(t.PkgPath(), "/evacuation") {
		return "Evacuation" + name
	}
	if strings.Contains(name, "/evacuation.") {
		return "ItemsEvacuation" + strings.TrimSuffix(name[strings.LastIndex(name, ".")+1:], "]")
	}
	if outer, inner, ok := strings.Cut(name, "["); ok {
		inner = strings.TrimSuffix(inner, "]")
		name = outer + strings.ToUpper(inner[strings.LastIndex(inner, ".")+1:][:1]) + inner[strings.LastIndex(inner, ".")+2:]
	}
	name = strings.TrimSuffix(name, "Body")
	return strings.ToUpper(name[:1]) + name[1:]
}
