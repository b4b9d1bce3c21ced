/* Deterministic reinforcement learning in Markov games: one run after another, each until it rests or its steps are spent.
   The equations are in behaviour/markov/crld.py, whose NumPy step is the twin of this loop. */

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    int64_t n, states, width, joint;
    const int64_t *counts;
    const double *payoff, *transition, *discount; /* of one world: [n][states][joint], [states][joint][states], [n] */
    const uint8_t *allowed;                       /* [n][states][width] */
} World;

typedef struct {
    double *reward, *moves, *value, *worth, *matrix, *weight, *next;
    int64_t *act;
} Work;

/* reward [n][states][width] and moves [n][states][width][states]: averaged over the others' strategies. */
static void average(const World *w, const double *x, Work *k)
{
    int64_t n = w->n, S = w->states, A = w->width;
    memset(k->reward, 0, sizeof(double) * n * S * A);
    memset(k->moves, 0, sizeof(double) * n * S * A * S);
    for (int64_t s = 0; s < S; s++) {
        memset(k->act, 0, sizeof(int64_t) * n);
        for (int64_t j = 0; j < w->joint; j++) {
            for (int64_t i = 0; i < n; i++) {
                double p = 1.0;
                for (int64_t o = 0; o < n; o++)
                    if (o != i) p *= x[(o * S + s) * A + k->act[o]];
                k->weight[i] = p;
            }
            const double *to = w->transition + (s * w->joint + j) * S;
            for (int64_t i = 0; i < n; i++) {
                double p = k->weight[i];
                if (p == 0.0) continue;
                int64_t at = (i * S + s) * A + k->act[i];
                k->reward[at] += p * w->payoff[(i * S + s) * w->joint + j];
                for (int64_t t = 0; t < S; t++) k->moves[at * S + t] += p * to[t];
            }
            for (int64_t i = n - 1; i >= 0; i--) {
                if (++k->act[i] < w->counts[i]) break;
                k->act[i] = 0;
            }
        }
    }
}

/* v with (I − δ T) v = r, in place of r; matrix [states][states] is destroyed. */
static void eliminate(double *m, double *v, int64_t S)
{
    for (int64_t c = 0; c < S; c++) {
        int64_t p = c;
        for (int64_t r = c + 1; r < S; r++)
            if (fabs(m[r * S + c]) > fabs(m[p * S + c])) p = r;
        if (p != c) {
            for (int64_t t = c; t < S; t++) {
                double swap = m[c * S + t];
                m[c * S + t] = m[p * S + t];
                m[p * S + t] = swap;
            }
            double swap = v[c];
            v[c] = v[p];
            v[p] = swap;
        }
        for (int64_t r = c + 1; r < S; r++) {
            double q = m[r * S + c] / m[c * S + c];
            if (q == 0.0) continue;
            for (int64_t t = c; t < S; t++) m[r * S + t] -= q * m[c * S + t];
            v[r] -= q * v[c];
        }
    }
    for (int64_t c = S - 1; c >= 0; c--) {
        for (int64_t t = c + 1; t < S; t++) v[c] -= m[c * S + t] * v[t];
        v[c] /= m[c * S + c];
    }
}

/* kind 0 actor–critic, 1 SARSA, 2 Q. */
static void step(const World *w, const double *x, Work *k, int64_t kind, double rate, double beta, int64_t normalised)
{
    int64_t n = w->n, S = w->states, A = w->width;
    average(w, x, k);
    for (int64_t i = 0; i < n; i++) {
        double delta = w->discount[i], pre = normalised ? 1.0 - delta : 1.0;
        for (int64_t s = 0; s < S; s++) {
            k->value[s] = 0.0;
            for (int64_t t = 0; t < S; t++) k->matrix[s * S + t] = s == t ? 1.0 : 0.0;
            for (int64_t a = 0; a < w->counts[i]; a++) {
                int64_t at = (i * S + s) * A + a;
                k->value[s] += pre * x[at] * k->reward[at];
                for (int64_t t = 0; t < S; t++) k->matrix[s * S + t] -= delta * x[at] * k->moves[at * S + t];
            }
        }
        eliminate(k->matrix, k->value, S);
        if (kind == 2) {
            for (int64_t s = 0; s < S; s++) {
                k->worth[s] = -HUGE_VAL;
                for (int64_t a = 0; a < w->counts[i]; a++) {
                    int64_t at = (i * S + s) * A + a;
                    if (!w->allowed[at]) continue;
                    double q = pre * k->reward[at];
                    for (int64_t t = 0; t < S; t++) q += delta * k->moves[at * S + t] * k->value[t];
                    if (q > k->worth[s]) k->worth[s] = q;
                }
            }
            memcpy(k->value, k->worth, sizeof(double) * S);
        }
        for (int64_t s = 0; s < S; s++) {
            double most = -HUGE_VAL, sum = 0.0;
            double *out = k->next + (i * S + s) * A;
            for (int64_t a = 0; a < A; a++) {
                int64_t at = (i * S + s) * A + a;
                out[a] = -HUGE_VAL;
                if (!w->allowed[at] || x[at] <= 0.0) continue;
                double error = pre * k->reward[at], known = log(x[at]);
                for (int64_t t = 0; t < S; t++) error += delta * k->moves[at * S + t] * k->value[t];
                out[a] = kind == 0 ? known + rate * error : known + rate * (beta * error - known);
                if (out[a] > most) most = out[a];
            }
            for (int64_t a = 0; a < A; a++) {
                out[a] = exp(out[a] - most);
                sum += out[a];
            }
            for (int64_t a = 0; a < A; a++) out[a] /= sum;
        }
    }
}

/* x [runs][n][states][width] goes from start to end; track [runs][points][n][states][width] gets every `every`-th point. */
int64_t learn_markov(int64_t runs, int64_t n, int64_t S, int64_t A, const int64_t *counts, const double *payoff,
                     const double *transition, const double *discount, const int64_t *which, const uint8_t *allowed,
                     double *x, int64_t kind, double rate, double beta, int64_t normalised, int64_t steps,
                     double tolerance, int64_t every, int64_t points, double *track, int64_t *taken, uint8_t *rests)
{
    int64_t joint = 1, size = n * S * A;
    for (int64_t i = 0; i < n; i++) joint *= counts[i];
    int64_t reals = 2 * size + size * S + 2 * S + S * S + n;
    double *block = malloc(sizeof(double) * reals);
    int64_t *act = malloc(sizeof(int64_t) * n);
    if (!block || !act) {
        free(block);
        free(act);
        return 1;
    }
    Work k;
    k.reward = block;
    k.next = k.reward + size;
    k.moves = k.next + size;
    k.value = k.moves + size * S;
    k.worth = k.value + S;
    k.matrix = k.worth + S;
    k.weight = k.matrix + S * S;
    k.act = act;
    for (int64_t b = 0; b < runs; b++) {
        int64_t g = which[b];
        World w = {n, S, A, joint, counts, payoff + g * n * S * joint, transition + g * S * joint * S, discount + g * n, allowed};
        double *here = x + b * size;
        int64_t t = 0;
        rests[b] = 0;
        while (t < steps && !rests[b]) {
            step(&w, here, &k, kind, rate, beta, normalised);
            double moved = 0.0;
            for (int64_t m = 0; m < size; m++) moved += (k.next[m] - here[m]) * (k.next[m] - here[m]);
            memcpy(here, k.next, sizeof(double) * size);
            t++;
            rests[b] = sqrt(moved) < tolerance;
            if (points && t % every == 0) memcpy(track + (b * points + t / every - 1) * size, here, sizeof(double) * size);
        }
        taken[b] = t;
        for (int64_t p = points ? t / every : 0; p < points; p++)
            memcpy(track + (b * points + p) * size, here, sizeof(double) * size);
    }
    free(block);
    free(act);
    return 0;
}
