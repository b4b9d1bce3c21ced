/* Groups formed anew, played and imitated, agent by agent: society/finite/crowd.py, bit for bit. */
#include <stdint.h>
#include <string.h>
#include "counter.h"

enum { FIRST, SECOND, TURN, MUTANT, WHICH, BLOCK = 2048 };

/* Draws start … start + length of one stream, start even; out has room for one more. */
static void fill(uint32_t seed, uint32_t stream, uint32_t step, int64_t start, int64_t length, uint32_t *restrict out) {
    draws(seed, stream, step, (uint32_t)(start / 2), length + length % 2, out);
}

/* settings: n, m, compositions, measures, agents, steps, seed, bar of mutation. corners[m][n + 1]; tables[measure][composition][m];
   kind[2][agents]; worth[agents]; counts[step][m]; sums[step][measure][4]: of the four bytes of a measure. */
void crowd(const int64_t *restrict settings, const uint32_t *restrict tables, const int64_t *restrict corners,
           uint8_t *kind, uint32_t *restrict worth, int64_t *restrict counts, int64_t *restrict sums) {
    const int64_t n = settings[0], m = settings[1], rows = settings[2], measures = settings[3], agents = settings[4];
    const uint32_t seed = (uint32_t)settings[6], bar = (uint32_t)settings[7], all = (uint32_t)agents;
    uint32_t a[BLOCK], b[BLOCK], u[BLOCK], mutant[BLOCK], which[BLOCK];
    int64_t members[256];
    for (int64_t t = 0; t < settings[5]; t++) {
        const uint8_t *now = kind + (t % 2) * agents;
        uint8_t *next = kind + ((t + 1) % 2) * agents;
        for (int64_t g = 0; g < agents; g += n) {
            memset(members, 0, (size_t)m * sizeof *members);
            for (int64_t i = g; i < g + n; i++) members[now[i]]++;
            int64_t left = n, row = 0;
            for (int64_t k = 0; k < m; k++) {
                counts[t * m + k] += members[k];
                if (k == m - 1) break;
                const int64_t *corner = corners + (m - k - 1) * (n + 1);
                row += corner[left] - corner[left - members[k]];
                left -= members[k];
            }
            for (int64_t i = g; i < g + n; i++) worth[i] = tables[row * m + now[i]];
            for (int64_t q = 0; q < measures; q++)
                for (int64_t k = 0; k < m; k++) {
                    const uint32_t v = tables[(q * rows + row) * m + k];
                    for (int c = 0; c < 4; c++) sums[(t * measures + q) * 4 + c] += members[k] * (v >> 8 * c & 255u);
                }
        }
        for (int64_t low = 0; low < agents; low += BLOCK) {
            const int64_t length = agents - low < BLOCK ? agents - low : BLOCK;
            fill(seed, FIRST, (uint32_t)t, low, length, a);
            fill(seed, SECOND, (uint32_t)t, low, length, b);
            fill(seed, TURN, (uint32_t)t, low, length, u);
            for (int64_t i = 0; i < length; i++) {
                const uint32_t p = a[i] % all, q = b[i] % all;
                next[low + i] = (int32_t)(u[i] >> 1) < (int32_t)worth[q] - (int32_t)worth[p] ? now[q] : now[p];
            }
            if (!bar) continue;
            fill(seed, MUTANT, (uint32_t)t, low, length, mutant);
            fill(seed, WHICH, (uint32_t)t, low, length, which);
            for (int64_t i = 0; i < length; i++)
                if (mutant[i] >> 1 < bar) next[low + i] = (uint8_t)(which[i] % (uint32_t)m);
        }
    }
}
