/* Learning step by step: what one step of one small game needs from the step before cannot be one operation on arrays.

   Twins in NumPy: behaviour/dynamics/{fictitious,regrets,flows,memory}.py. Sums are taken in their order, so that both come
   to the same numbers; random numbers are drawn there and handed in. Rows are (game, run) pairs; the game of a row is row / runs. */

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
#define WIDE __attribute__((target_clones("avx2", "default"))) /* four numbers at a time; nothing is fused or reordered */
#else
#define WIDE
#endif

/* w += column, and the largest of w: four maxima side by side, for there is nothing to round in them. */
WIDE static double add(double *restrict w, const double *restrict column, int64_t n) {
    for (int64_t k = 0; k < n; k++) w[k] += column[k];
    double best[4] = {w[0], w[0], w[0], w[0]};
    int64_t k = 0;
    for (; k + 4 <= n; k += 4)
        for (int64_t l = 0; l < 4; l++) best[l] = w[k + l] > best[l] ? w[k + l] : best[l];
    for (; k < n; k++) best[0] = w[k] > best[0] ? w[k] : best[0];
    for (int64_t l = 1; l < 4; l++) best[0] = best[l] > best[0] ? best[l] : best[0];
    return best[0];
}

static int64_t first_best(const double *w, double best, double tie) {
    int64_t k = 0;
    while (!(w[k] >= best - tie)) k++;
    return k;
}

/* Fictitious play of two players. a[game, column, row], b[game, row, column]; tie[game, 2]; worth of each own action so
   far, next[game, 2]: the next actions; law[game, row, column]: how often; path[game, step, 2] or NULL. */
int64_t fictitious_play(int64_t games, int64_t m, int64_t n, const double *a, const double *b, const double *tie,
                        int64_t steps, int64_t alternating, double *worth_a, double *worth_b, int64_t *next, int64_t *law,
                        int64_t *path) {
    for (int64_t g = 0; g < games; g++) {
        const double *ag = a + g * m * n, *bg = b + g * m * n;
        double *wa = worth_a + g * m, *wb = worth_b + g * n;
        int64_t i = next[2 * g], j = next[2 * g + 1], *lg = law + g * m * n;
        for (int64_t t = 0; t < steps; t++) {
            if (alternating) {
                j = first_best(wb, add(wb, bg + i * n, n), tie[2 * g + 1]);
            }
            lg[i * n + j]++;
            if (path) path[2 * (g * steps + t)] = i, path[2 * (g * steps + t) + 1] = j;
            int64_t seen = i;
            i = first_best(wa, add(wa, ag + j * m, m), tie[2 * g]);
            if (!alternating) j = first_best(wb, add(wb, bg + seen * n, n), tie[2 * g + 1]);
        }
        next[2 * g] = i, next[2 * g + 1] = j;
    }
    return 0;
}

/* Weights of actions from what is remembered. rule: 0 regret matching, 1 with regrets cut at zero, 2 multiplicative weights. */
static void weigh(int64_t rule, double rate, double least, const double *regret, const double *guess, int64_t n,
                  double *weight) {
    if (rule == 2) {
        double best = -INFINITY;
        for (int64_t k = 0; k < n; k++) {
            weight[k] = regret[k] + guess[k];
            if (weight[k] > best) best = weight[k];
        }
        for (int64_t k = 0; k < n; k++) weight[k] = exp(rate * (weight[k] - best));
        return;
    }
    int64_t some = 0;
    for (int64_t k = 0; k < n; k++) {
        double x = regret[k] + guess[k];
        weight[k] = x > least ? x : 0.0;
        some |= x > least;
    }
    if (!some)
        for (int64_t k = 0; k < n; k++) weight[k] = 1.0;
}

/* Sampled play of any number of players. worth[game, player, *others, own] with `cells` numbers each; stride[player, other]
   of its table; least[game, player]; uniform[step, player, run]: every game has the same luck; regret, guess [row, all actions]; path[step, row] or NULL;
   law[row, cells] or NULL: how often each profile was played. */
int64_t learn_sampled(int64_t rows, int64_t runs, int64_t players, const int64_t *counts, const int64_t *stride,
                      const int64_t *place, int64_t cells, const double *worth, const double *least, const double *uniform,
                      int64_t steps, int64_t rule, int64_t optimistic, const double *rate, double *regret, double *guess,
                      int64_t *path, int64_t *law) {
    int64_t width = 0;
    for (int64_t i = 0; i < players; i++) width += counts[i];
    double *weight = malloc(sizeof(double) * (size_t)width);
    int64_t *played = malloc(sizeof(int64_t) * (size_t)players);
    if (!weight || !played) return free(weight), free(played), 1;
    for (int64_t r = 0; r < rows; r++)
        for (int64_t t = 0; t < steps; t++) {
            int64_t g = r / runs, at = 0, profile = 0;
            double *re = regret + r * width, *gu = guess + r * width;
            for (int64_t i = 0; i < players; at += counts[i], i++) {
                int64_t n = counts[i];
                weigh(rule, rate[g * players + i], least[g * players + i], re + at, gu + at, n, weight);
                for (int64_t k = 1; k < n; k++) weight[k] += weight[k - 1];
                double u = uniform[(t * players + i) * runs + r % runs] * weight[n - 1];
                int64_t k = 0;
                while (k < n - 1 && u >= weight[k]) k++;
                played[i] = k;
                profile += k * place[i];
            }
            if (path) path[t * rows + r] = profile;
            if (law) law[r * cells + profile]++;
            at = 0;
            for (int64_t i = 0; i < players; at += counts[i], i++) {
                int64_t from = 0, n = counts[i];
                for (int64_t j = 0; j < players; j++)
                    if (j != i) from += played[j] * stride[i * players + j];
                const double *could = worth + (g * players + i) * cells + from;
                double had = could[played[i]];
                for (int64_t k = 0; k < n; k++) {
                    double gain = could[k] - had, sum = re[at + k] + gain;
                    re[at + k] = rule == 1 && sum < 0 ? 0.0 : sum;
                    if (optimistic) gu[at + k] = gain;
                }
            }
        }
    free(weight), free(played);
    return 0;
}

/* y = Σ_j x_j · column_j: sums in the order of the columns, several rows at a time. */
WIDE static void product(const double *restrict columns, const double *restrict x, int64_t m, int64_t n, double *restrict y) {
    for (int64_t k = 0; k < m; k++) y[k] = 0.0;
    for (int64_t j = 0; j < n; j++) {
        double by = x[j];
        const double *column = columns + j * m;
        for (int64_t k = 0; k < m; k++) y[k] += by * column[k];
    }
}

static double dot(const double *x, const double *y, int64_t n) {
    double sum = 0.0;
    for (int64_t k = 0; k < n; k++) sum += x[k] * y[k];
    return sum;
}

static void mix(double *weight, int64_t n) {
    double total = 0.0;
    for (int64_t k = 0; k < n; k++) total += weight[k];
    for (int64_t k = 0; k < n; k++) weight[k] /= total;
}

WIDE static void gather(double *restrict law, const double *restrict x, const double *restrict y, int64_t m, int64_t n) {
    for (int64_t i = 0; i < m; i++) {
        double by = x[i];
        for (int64_t j = 0; j < n; j++) law[i * n + j] += by * y[j];
    }
}

/* Full-information play of two players: each meets the other's mixture. a[game, column, row], b[game, row, column];
   law[game, row, column]: the sum over steps of x·yᵀ. Alternating: the column player sees the row player's new mixture. */
int64_t learn_expected(int64_t games, int64_t m, int64_t n, const double *a, const double *b, const double *least,
                       int64_t steps, int64_t rule, int64_t optimistic, const double *rate, double *regret, double *guess,
                       double *law, double *last) {
    double *could = malloc(sizeof(double) * (size_t)(m > n ? m : n) * 2);
    if (!could) return 1;
    double *other = could + (m > n ? m : n);
    for (int64_t g = 0; g < games; g++) {
        double *re = regret + g * (m + n), *gu = guess + g * (m + n), *x = last + g * (m + n), *y = x + m;
        for (int64_t t = 0; t < steps; t++) {
            weigh(rule, rate[2 * g], least[2 * g], re, gu, m, x), mix(x, m);
            weigh(rule, rate[2 * g + 1], least[2 * g + 1], re + m, gu + m, n, y), mix(y, n);
            gather(law + g * m * n, x, y, m, n);
            product(a + g * m * n, y, m, n, could), product(b + g * m * n, x, n, m, other);
            double had = dot(x, could, m), had_other = dot(y, other, n);
            for (int64_t k = 0; k < m + n; k++) {
                double gain = k < m ? could[k] - had : other[k - m] - had_other, sum = re[k] + gain;
                re[k] = rule == 1 && sum < 0 ? 0.0 : sum;
                if (optimistic) gu[k] = gain;
            }
        }
    }
    free(could);
    return 0;
}

static void field(const double *a, const double *b, int64_t m, int64_t n, const double *z, double *v) {
    product(a, n ? z + m : z, m, n ? n : m, v);
    double mean = dot(z, v, m);
    for (int64_t k = 0; k < m; k++) v[k] = z[k] * (v[k] - mean);
    if (!n) return;
    product(b, z, n, m, v + m);
    mean = dot(z + m, v + m, n);
    for (int64_t k = m; k < m + n; k++) v[k] = z[k] * (v[k] - mean);
}

/* Back on the simplex. */
static void onto(double *x, int64_t n) {
    for (int64_t k = 0; k < n; k++) x[k] = x[k] > 0 ? x[k] : 0.0;
    mix(x, n);
}

/* Replicator dynamics by classical Runge–Kutta steps. One population: n = 0, a[game, other, own]; two: a[game, column, row],
   b[game, row, column]. `shared`: one game for all rows. z[row, m + n]; path[step / every, row, m + n] or NULL. */
int64_t replicator_steps(int64_t rows, int64_t m, int64_t n, int64_t shared, const double *a, const double *b, double step,
                         int64_t steps, int64_t every, double *z, double *path) {
    int64_t w = m + n, cells = m * (n ? n : m);
    double *k1 = malloc(sizeof(double) * (size_t)w * 5);
    if (!k1) return 1;
    double *k2 = k1 + w, *k3 = k2 + w, *k4 = k3 + w, *y = k4 + w;
    for (int64_t r = 0; r < rows; r++) {
        const double *ar = a + (shared ? 0 : r * cells), *br = b + (shared || !n ? 0 : r * cells);
        double *x = z + r * w;
        for (int64_t t = 0; t < steps; t++) {
            field(ar, br, m, n, x, k1);
            for (int64_t k = 0; k < w; k++) y[k] = x[k] + 0.5 * step * k1[k];
            field(ar, br, m, n, y, k2);
            for (int64_t k = 0; k < w; k++) y[k] = x[k] + 0.5 * step * k2[k];
            field(ar, br, m, n, y, k3);
            for (int64_t k = 0; k < w; k++) y[k] = x[k] + step * k3[k];
            field(ar, br, m, n, y, k4);
            for (int64_t k = 0; k < w; k++) x[k] += step / 6 * (k1[k] + 2 * k2[k] + 2 * k3[k] + k4[k]);
            onto(x, m), onto(x + m, n);
            if (path && (t + 1) % every == 0) memcpy(path + ((t + 1) / every - 1) * rows * w + r * w, x, sizeof(double) * (size_t)w);
        }
    }
    free(k1);
    return 0;
}

/* Q-learning whose state is the last joint actions. payoff[game, player, cells]; explore[step]: the chance of a random action
   (temperature 0), else Boltzmann choice; uniform[step, run, player, 2]; q[row, player, state, most actions]; state[row];
   changed[row]: the step (counted from `from`) after which the greedy choice was last another; law[row, cells] or NULL. */
int64_t q_learning(int64_t rows, int64_t runs, int64_t players, const int64_t *counts, const int64_t *place, int64_t cells,
                   int64_t states, int64_t most, const double *payoff, double rate, double discount, const double *explore,
                   double temperature, const double *uniform, int64_t steps, int64_t from, double *q, int64_t *state,
                   int64_t *changed, int64_t *law) {
    double *weight = malloc(sizeof(double) * (size_t)most);
    int64_t *played = malloc(sizeof(int64_t) * (size_t)players);
    if (!weight || !played) return free(weight), free(played), 1;
    for (int64_t r = 0; r < rows; r++) {
        int64_t s = state[r];
        const double *pay = payoff + (r / runs) * players * cells;
        for (int64_t t = 0; t < steps; t++) {
            int64_t profile = 0;
            for (int64_t i = 0; i < players; i++) {
                const double *u = uniform + ((t * runs + r % runs) * players + i) * 2, *at = q + ((r * players + i) * states + s) * most;
                int64_t n = counts[i], k = 0;
                for (int64_t l = 1; l < n; l++) k = at[l] > at[k] ? l : k;
                if (temperature > 0) {
                    double best = at[k];
                    for (int64_t l = 0; l < n; l++) weight[l] = exp((at[l] - best) / temperature) + (l ? weight[l - 1] : 0.0);
                    double drawn = u[1] * weight[n - 1];
                    for (k = 0; k < n - 1 && drawn >= weight[k];) k++;
                } else if (u[0] < explore[t]) {
                    k = (int64_t)(u[1] * (double)n);
                }
                played[i] = k;
                profile += k * place[i];
            }
            int64_t then = states > 1 ? (s * cells + profile) % states : 0;
            for (int64_t i = 0; i < players; i++) {
                double *at = q + ((r * players + i) * states + s) * most, *after = q + ((r * players + i) * states + then) * most;
                int64_t n = counts[i], before = 0, now = 0;
                double best = after[0];
                for (int64_t l = 1; l < n; l++) {
                    before = at[l] > at[before] ? l : before;
                    best = after[l] > best ? after[l] : best;
                }
                at[played[i]] += rate * (pay[i * cells + profile] + discount * best - at[played[i]]);
                for (int64_t l = 1; l < n; l++) now = at[l] > at[now] ? l : now;
                if (now != before) changed[r] = from + t + 1;
            }
            if (law) law[r * cells + profile]++;
            s = then;
        }
        state[r] = s;
    }
    free(weight), free(played);
    return 0;
}

/* Numbers m·2^(512 e) that never under- or overflow: m stays within 2^±256, or is 0. */
#define UP 0x1p512
#define DOWN 0x1p-512

static inline void plus(double *m, int64_t *e, double x, int64_t f) {
    if (x >= 0x1p256) x *= DOWN, f++;
    else if (x < 0x1p-256 && x > 0) x *= UP, f--;
    if (f == *e) *m += x;
    else if (x > 0 && (f > *e || *m == 0)) *m = x + (*m > 0 && f == *e + 1 ? *m * DOWN : 0.0), *e = f;
    else if (f == *e - 1) *m += x * DOWN;
    if (*m >= 0x1p256) *m *= DOWN, ++*e;
}

/* Stationary law by elimination (Grassmann, Taksar & Heyman 1985). m, e[from, to]: rates, lost; law and its exponents[state].
   Returns 1 + k if state k cannot lead to those before it. Twin: behaviour/dynamics/chains.py, in logarithms. */
int64_t stationary_scaled(int64_t size, double *m, int64_t *e, double *law, int64_t *power) {
    for (int64_t k = size - 1; k > 0; k--) {
        double *row = m + k * size, out = 0.0;
        int64_t *exponent = e + k * size, scale = 0;
        for (int64_t j = 0; j < k; j++) plus(&out, &scale, row[j], exponent[j]);
        if (!(out > 0)) return 1 + k;
        for (int64_t i = 0; i < k; i++) {
            double x = m[i * size + k], *to = m + i * size;
            if (!(x > 0)) continue;
            double part = 0.0;
            int64_t f = 0, *at = e + i * size;
            plus(&part, &f, x / out, e[i * size + k] - scale);
            m[i * size + k] = part, at[k] = f;
            for (int64_t j = 0; j < k; j++)
                if (row[j] > 0) plus(to + j, at + j, part * row[j], f + exponent[j]);
        }
    }
    law[0] = 1.0, power[0] = 0;
    for (int64_t k = 1; k < size; k++) {
        law[k] = 0.0, power[k] = 0;
        for (int64_t i = 0; i < k; i++) plus(law + k, power + k, law[i] * m[i * size + k], power[i] + e[i * size + k]);
    }
    return 0;
}

/* The embedded pair of Dormand & Prince 1980 on the replicator, with Hairer's interpolant: at most `most` steps of each row from its
   t[row], step h[row], state x and slope v[row, m + n]; upcoming[row]: the next of times[time]; path[time, whole, m + n] at row
   place[row]. Games as in replicator_steps. Twin: behaviour/dynamics/integrate.py. */
int64_t replicator_adaptive(int64_t rows, int64_t m, int64_t n, int64_t shared, const double *a, const double *b, int64_t most,
                            double tolerance, int64_t times, const double *time, int64_t whole, const int64_t *place, double *t,
                            double *h, double *x, double *v, int64_t *upcoming, double *path) {
    static const double A[6][6] = {{1.0 / 5},
                                   {3.0 / 40, 9.0 / 40},
                                   {44.0 / 45, -56.0 / 15, 32.0 / 9},
                                   {19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729},
                                   {9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656},
                                   {35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84}};
    static const double E[7] = {71.0 / 57600, 0, -71.0 / 16695, 71.0 / 1920, -17253.0 / 339200, 22.0 / 525, -1.0 / 40};
    static const double D[7] = {-12715105075.0 / 11282082432, 0, 87487479700.0 / 32700410799, -10690763975.0 / 1880347072,
                                701980252875.0 / 199316789632, -1453857185.0 / 822651844, 69997945.0 / 29380423};
    int64_t w = m + n, cells = m * (n ? n : m);
    double *k = malloc(sizeof(double) * (size_t)w * 8), end = time[times - 1];
    if (!k) return 1;
    double *y = k + 7 * w;
    for (int64_t r = 0; r < rows; r++) {
        const double *ar = a + (shared ? 0 : r * cells), *br = b + (shared || !n ? 0 : r * cells);
        double *xr = x + r * w, *vr = v + r * w;
        for (int64_t step = 0; step < most && t[r] < end * (1 - 1e-12); step++) {
            double size = h[r] < end - t[r] + 1e-12 * end ? h[r] : end - t[r] + 1e-12 * end, sum = 0;
            memcpy(k, vr, sizeof(double) * (size_t)w);
            for (int64_t s = 0; s < 6; s++) {
                for (int64_t c = 0; c < w; c++) {
                    double move = 0;
                    for (int64_t l = 0; l <= s; l++) move += A[s][l] * k[l * w + c];
                    y[c] = xr[c] + size * move;
                }
                field(ar, br, m, n, y, k + (s + 1) * w);
            }
            for (int64_t c = 0; c < w; c++) {
                double error = 0, wide = fabs(y[c]) > fabs(xr[c]) ? fabs(y[c]) : fabs(xr[c]);
                for (int64_t l = 0; l < 7; l++) error += E[l] * k[l * w + c];
                error *= size / (1e-3 * tolerance + tolerance * wide);
                sum += error * error;
            }
            double off = sqrt(sum / (double)w), factor = 0.9 * pow(off > 1e-10 ? off : 1e-10, -0.2);
            if (off <= 1) {
                for (; upcoming[r] < times && t[r] + size >= time[upcoming[r]] - 1e-12 * end; upcoming[r]++) {
                    double share = (time[upcoming[r]] - t[r]) / size, left = 1 - share, *to = path + (upcoming[r] * whole + place[r]) * w;
                    for (int64_t c = 0; c < w; c++) {
                        double move = y[c] - xr[c], bend = size * k[c] - move, turn = move - size * k[6 * w + c] - bend, rest = 0;
                        for (int64_t l = 0; l < 7; l++) rest += D[l] * k[l * w + c];
                        to[c] = xr[c] + share * (move + left * (bend + share * (turn + left * size * rest)));
                    }
                }
                t[r] += size;
                memcpy(xr, y, sizeof(double) * (size_t)w), memcpy(vr, k + 6 * w, sizeof(double) * (size_t)w);
                if (step % 8 == 7) onto(xr, m), onto(xr + m, n);
            }
            h[r] = size * (factor < 0.2 ? 0.2 : factor > 5 ? 5 : factor);
        }
    }
    free(k);
    return 0;
}
