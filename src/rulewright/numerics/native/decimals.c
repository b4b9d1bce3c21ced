/* Lines of decimals between commas, straight from the bytes of a file: every number is the nearest double to its decimal.
   The twin is rulewright/competition/market/csv_rows.py, _numbers. Whatever is not plain (quotes, blank lines, cells that are no
   decimal, lines of another length) is refused as a whole: who reads record by record says what is wrong. */

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

static const double POWER[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                               1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

#ifdef __SIZEOF_INT128__
static int bits(uint64_t x) {
    int n = 0;
    for (int step = 32; step; step /= 2)
        if (x >> step) x >>= step, n += step;
    return n + (x != 0);
}

/* m / d to the nearest double, ties to even; both positive: 64 or 65 bits of the quotient and whether anything is left. */
static double quotient(uint64_t m, uint64_t d) {
    int shift = 64 - bits(m) + bits(d);
    unsigned __int128 n = (unsigned __int128)m << shift, q = n / d;
    int rest = n % d != 0, drop = q >> 64 ? 12 : 11;
    uint64_t top = (uint64_t)(q >> drop), low = (uint64_t)q & (((uint64_t)1 << drop) - 1), half = (uint64_t)1 << (drop - 1);
    if (low > half || (low == half && (rest || (top & 1)))) top++;
    return ldexp((double)top, drop - shift);
}
#endif

/* One decimal at p, up to a comma or the end of the line; returns its end, or NULL where there is none. */
static const uint8_t *decimal(const uint8_t *p, double *out) {
    while (*p == ' ') p++;
    const uint8_t *begin = p;
    int minus = *p == '-', exponent = 0;
    if (*p == '-' || *p == '+') p++;
    uint64_t m = 0;
    const uint8_t *first = p, *after = NULL;
    for (unsigned c; (c = (unsigned)*p - '0') < 10; p++) m = 10 * m + c;
    int64_t digits = p - first;
    if (*p == '.') {
        after = ++p;
        for (unsigned c; (c = (unsigned)*p - '0') < 10; p++) m = 10 * m + c;
        exponent = (int)(after - p);
        digits += p - after;
    }
    if (!digits) return NULL;
    if (digits > 19) /* zeros in front do not count; if m has run over, it is not used */
        for (const uint8_t *z = first; digits > 19 && (*z == '0' || *z == '.'); z++) digits -= *z == '0';
    if (*p == 'e' || *p == 'E') {
        int e = 0, negative = p[1] == '-';
        p += 1 + (p[1] == '-' || p[1] == '+');
        if ((unsigned)*p - '0' > 9) return NULL;
        for (; (unsigned)*p - '0' < 10; p++) e = e < 10000 ? 10 * e + (*p - '0') : e;
        exponent += negative ? -e : e;
    }
    const uint8_t *end = p;
    while (*p == ' ') p++;
    if (*p != ',' && *p != '\n') return NULL;
    double x;
    if (!m && digits <= 19) {
        x = 0;
    } else if (digits <= 19 && m <= (uint64_t)1 << 53 && exponent >= -22 && exponent <= 22) {
        x = exponent < 0 ? (double)m / POWER[-exponent] : (double)m * POWER[exponent]; /* both exact: one rounding */
#ifdef __SIZEOF_INT128__
    } else if (digits <= 19 && exponent < 0 && exponent >= -19) {
        uint64_t d = 1;
        for (int k = 0; k < -exponent; k++) d *= 10;
        x = quotient(m, d);
#endif
    } else {
        char *stop;
        x = fabs(strtod((const char *)begin, &stop));
        if ((const uint8_t *)stop != end) return NULL; /* another locale */
    }
    *out = minus ? -x : x;
    return isfinite(x) ? p : NULL;
}

/* text[n] of whole lines of `width` cells, ending with a line end; numeric[width] says which cells are decimals.
   out[rows, numeric cells], spans[rows, other cells, 2] (first byte, end). Returns rows, or −1 where a line is not plain. */
int64_t decimal_lines(const uint8_t *text, int64_t n, int64_t width, const uint8_t *numeric, double *out, int64_t *spans) {
    const uint8_t *p = text, *stop = text + n;
    int64_t rows = 0;
    if (n < 1 || text[n - 1] != '\n') return -1;
    for (; p < stop; rows++)
        for (int64_t c = 0; c < width; c++) {
            if (numeric[c]) {
                p = decimal(p, out++);
                if (!p) return -1;
            } else {
                *spans++ = p - text;
                while (*p != ',' && *p != '\n' && *p != '"' && *p != '\r') p++;
                *spans++ = p - text;
            }
            if (*p != (c + 1 < width ? ',' : '\n')) return -1;
            p++;
        }
    return rows;
}
