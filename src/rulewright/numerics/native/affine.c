/* Affine maximisation over all allocations of m items among n bidders, where bidder i counts for w_i v_i plus a boost that only its
 * number of items moves. F_j[s], s = (s_1, …, s_n) items each: the most that the first j items are worth if bidder i gets s_i of them.
 *
 *     F_j[s] = max(F_{j−1}[s], max_i F_{j−1}[s − e_i] + w_i v_ij)          W = max_s F_m[s] + Σ_i c_i(s_i)
 *
 * LANES profiles at a time. Twin: mechanisms/affine/partition.py.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#define LANES 4

static inline void relax(double *to, const double *from, const double *gain) {
    for (int l = 0; l < LANES; l++) {
        double t = from[l] + gain[l];
        to[l] = t > to[l] ? t : to[l];
    }
}

/* states are sorted by their number of items; ends[j] says how many have at most j. before[s][i] is the state with one item less
 * of bidder i, or −1. boost[s] = Σ c_i(s_i); alone[s][i] = Σ_{k≠i} c_k(s_k) + max_{k ≤ m − |s|} c_i(k) where s_i = 0, otherwise −∞.
 * values [profiles][n][m] are weighted. owner [profiles][m] (n: nobody), welfare [profiles], without [profiles][n].
 * Returns 0, or −1 where memory ends. */
int64_t size_boosted(int64_t profiles, int64_t n, int64_t m, int64_t states, const int64_t *before, const int64_t *ends,
                     const double *boost, const double *alone, const double *values, int64_t *owner, double *welfare,
                     double *without) {
    double *layers = malloc(sizeof(double) * (size_t)((m + 1) * states * LANES));
    double *gain = malloc(sizeof(double) * (size_t)(n * LANES));
    if (!layers || !gain) {
        free(layers);
        free(gain);
        return -1;
    }
    for (int64_t first = 0; first < profiles; first += LANES) {
        int64_t here = profiles - first < LANES ? profiles - first : LANES;
        for (int l = 0; l < LANES; l++) layers[l] = 0;
        for (int64_t j = 1; j <= m; j++) {
            double *new = layers + j * states * LANES, *old = layers + (j - 1) * states * LANES;
            for (int64_t i = 0; i < n; i++)
                for (int l = 0; l < LANES; l++)
                    gain[i * LANES + l] = values[((first + (l < here ? l : 0)) * n + i) * m + j - 1];
            for (int64_t s = 0; s < ends[j]; s++) {
                double *to = new + s * LANES;
                for (int l = 0; l < LANES; l++) to[l] = s < ends[j - 1] ? old[s * LANES + l] : -INFINITY;
                for (int64_t i = 0; i < n; i++)
                    if (before[s * n + i] >= 0) relax(to, old + before[s * n + i] * LANES, gain + i * LANES);
            }
        }
        double *last = layers + m * states * LANES;
        for (int64_t l = 0; l < here; l++) {
            int64_t p = first + l, s = 0;
            double best = -INFINITY;
            for (int64_t k = 0; k < states; k++) {
                double w = last[k * LANES + l] + boost[k];
                if (w > best) best = w, s = k;
            }
            welfare[p] = best;
            for (int64_t i = 0; i < n; i++) {
                double most = -INFINITY;
                for (int64_t k = 0; k < states; k++) {
                    double w = last[k * LANES + l] + alone[k * n + i];
                    most = w > most ? w : most;
                }
                without[p * n + i] = most;
            }
            for (int64_t j = m; j >= 1; j--) {
                const double *old = layers + (j - 1) * states * LANES, *new = old + states * LANES;
                double now = new[s * LANES + l];
                owner[p * m + j - 1] = n;
                if (s < ends[j - 1] && old[s * LANES + l] == now) continue;
                for (int64_t i = 0; i < n; i++) {
                    int64_t b = before[s * n + i];
                    if (b >= 0 && b < ends[j - 1] && old[b * LANES + l] + values[(p * n + i) * m + j - 1] == now) {
                        owner[p * m + j - 1] = i;
                        s = b;
                        break;
                    }
                }
            }
        }
    }
    free(layers);
    free(gain);
    return 0;
}
