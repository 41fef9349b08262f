package data

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Sealer keeps identifiers of people: sealed with AES-256-GCM for those who may
// open them, and as a keyed hash (HMAC-SHA-256, 16 bytes) for look-up.
type Sealer struct {
	aead    cipher.AEAD
	hashKey []byte
}

// NewSealer derives its two keys from one secret of 32 bytes.
func NewSealer(secret []byte) (*Sealer, error) {
	if len(secret) != 32 {
		return nil, fmt.Errorf("the key for personal data has %d bytes, want 32", len(secret))
	}
	derive := func(use string) []byte {
		m := hmac.New(sha256.New, secret)
		m.Write([]byte(use))
		return m.Sum(nil)
	}
	block, err := aes.NewCipher(derive("seal"))
	if err != nil {
		return nil, fmt.Errorf("prepare the cipher: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("prepare the cipher: %w", err)
	}
	return &Sealer{aead: aead, hashKey: derive("hash")}, nil
}

// KeyFile reads the secret from path (64 hexadecimal digits), making a new one
// when there is no file.
func KeyFile(path string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		secret := make([]byte, 32)
		if _, err := rand.Read(secret); err != nil {
			return nil, fmt.Errorf("make a key: %w", err)
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, fmt.Errorf("make the key's folder: %w", err)
		}
		return secret, os.WriteFile(path, []byte(hex.EncodeToString(secret)+"\n"), 0o600)
	}
	if err != nil {
		return nil, fmt.Errorf("read the key: %w", err)
	}
	secret, err := hex.DecodeString(strings.TrimSpace(string(b)))
	if err != nil || len(secret) != 32 {
		return nil, fmt.Errorf("the key in %s is not 64 hexadecimal digits", path)
	}
	return secret, nil
}

// nonceBytes of a sealed value come first. The nonce is derived from table, id
// and content (as AES-SIV does from its input), so that the same row seals to
// the same bytes and two different rows never share a nonce.
const nonceBytes = 12

// Seal seals fields of the row id of a table; the row is bound into the seal,
// so a sealed value cannot be moved to another row.
func (s *Sealer) Seal(table string, id int64, fields ...string) []byte {
	plain := []byte(strings.Join(fields, "\x1f"))
	bound := fmt.Appendf(nil, "%s:%d", table, id)
	m := hmac.New(sha256.New, s.hashKey)
	m.Write(bound)
	m.Write([]byte{0})
	m.Write(plain)
	nonce := m.Sum(nil)[:nonceBytes]
	return s.aead.Seal(append(make([]byte, 0, nonceBytes+len(plain)+16), nonce...), nonce, plain, bound)
}

// Open is the inverse of Seal.
func (s *Sealer) Open(table string, id int64, sealed []byte) ([]string, error) {
	if len(sealed) < nonceBytes {
		return nil, fmt.Errorf("open a sealed value of %s: too short", table)
	}
	plain, err := s.aead.Open(nil, sealed[:nonceBytes], sealed[nonceBytes:], fmt.Appendf(nil, "%s:%d", table, id))
	if err != nil {
		return nil, fmt.Errorf("open a sealed value of %s: wrong key or changed data", table)
	}
	return strings.Split(string(plain), "\x1f"), nil
}

// Hash is the keyed hash by which an identity number is looked up.
func (s *Sealer) Hash(number string) []byte {
	m := hmac.New(sha256.New, s.hashKey)
	m.Write([]byte(strings.ToUpper(strings.TrimSpace(number))))
	return m.Sum(nil)[:16]
}

// MaskName keeps the first character of a name.
func MaskName(name string) string {
	r := []rune(name)
	if len(r) == 0 {
		return ""
	}
	return string(r[:1]) + strings.Repeat("*", max(1, len(r)-1))
}

// MaskPhone keeps the first three and the last four digits.
func MaskPhone(phone string) string {
	if len(phone) < 8 {
		return strings.Repeat("*", len(phone))
	}
	return phone[:3] + strings.Repeat("*", len(phone)-7) + phone[len(phone)-4:]
}
