/* Threefry-2x32 with 20 rounds: Salmon, Moraes, Dror & Shaw 2011 (SC11), as in numerics/counter.py, bit for bit. */
#ifndef RULEWRIGHT_COUNTER_H
#define RULEWRIGHT_COUNTER_H
#include <stdint.h>

static inline uint32_t turned(uint32_t x, int by) { return (x << by) | (x >> (32 - by)); }

static inline void threefry(uint32_t k0, uint32_t k1, uint32_t *a, uint32_t *b) {
    const uint32_t k2 = k0 ^ k1 ^ 0x1BD11BDAu;
    uint32_t x = *a + k0, y = *b + k1;
#define ROUND(r) x += y; y = turned(y, r); y ^= x;
#define FOUR(p, q, r, s) ROUND(p) ROUND(q) ROUND(r) ROUND(s)
    FOUR(13, 15, 26, 6) x += k1; y += k2 + 1u;
    FOUR(17, 29, 16, 24) x += k2; y += k0 + 2u;
    FOUR(13, 15, 26, 6) x += k0; y += k1 + 3u;
    FOUR(17, 29, 16, 24) x += k1; y += k2 + 4u;
    FOUR(13, 15, 26, 6) x += k2; y += k0 + 5u;
#undef FOUR
#undef ROUND
    *a = x; *b = y;
}

/* The draw of one index of one stream at one step; key = seed, stream. Two indices share a block. */
static inline uint32_t draw(uint32_t seed, uint32_t stream, uint32_t step, uint32_t index) {
    uint32_t a = index >> 1, b = step;
    threefry(seed, stream, &a, &b);
    return index & 1u ? b : a;
}

/* Many at once (counter.c): out[length], length even, of the indices 2 first, 2 first + 1, … */
void draws(uint32_t seed, uint32_t stream, uint32_t step, uint32_t first, int64_t length, uint32_t *out);
#endif
