/* Many draws of one stream at once: numerics/counter.py `draws`, bit for bit. */
#include "counter.h"

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
#define WIDE __attribute__((target_clones("avx2", "default"))) /* eight draws at a time */
#else
#define WIDE
#endif
enum { PAIRS = 1024 };

/* Pairs of draws from first on: words of the first of each in x, of the second in y. A loop that a compiler can do several of at once. */
WIDE static void pairs(uint32_t seed, uint32_t stream, uint32_t step, uint32_t first, int64_t length, uint32_t *restrict x,
                       uint32_t *restrict y) {
    for (int64_t i = 0; i < length; i++) {
        uint32_t a = first + (uint32_t)i, b = step;
        threefry(seed, stream, &a, &b);
        x[i] = a; y[i] = b;
    }
}

/* out[length], length even: the draws of indices 2 first, 2 first + 1, … */
void draws(uint32_t seed, uint32_t stream, uint32_t step, uint32_t first, int64_t length, uint32_t *restrict out) {
    uint32_t x[PAIRS], y[PAIRS];
    for (int64_t low = 0; low < length / 2; low += PAIRS) {
        const int64_t here = length / 2 - low < PAIRS ? length / 2 - low : PAIRS;
        pairs(seed, stream, step, first + (uint32_t)low, here, x, y);
        for (int64_t i = 0; i < here; i++) { out[2 * (low + i)] = x[i]; out[2 * (low + i) + 1] = y[i]; }
    }
}
