/* Least squares with weights that may not be negative, many problems at once: Lawson & Hanson (1974, ch. 23) on Gram matrices of
   columns of length one, with a Cholesky factor of the columns inside that grows by a row and shrinks by rotations.
   The twin is rulewright/numerics/nonnegative.py, _one_by_one. */

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    int64_t k, n;        /* columns; columns inside */
    const double *gram;  /* [k, k] */
    double *factor;      /* lower triangle, rows of k */
    double *row;         /* [k] */
    int64_t *place;      /* [k]: which column stands in each row of the factor */
    uint8_t *inside;     /* [k] */
} State;

/* Adds column j to the factor; 0 where it depends on those inside. */
static int enter(State *s, int64_t j, double dependent) {
    int64_t k = s->k;
    double *row = s->factor + s->n * k, left = s->gram[j * k + j];
    for (int64_t a = 0; a < s->n; a++) {
        const double *of = s->factor + a * k;
        double v = s->gram[j * k + s->place[a]];
        for (int64_t c = 0; c < a; c++) v -= of[c] * row[c];
        row[a] = v / of[a];
        left -= row[a] * row[a];
    }
    if (!(left > dependent)) return 0;
    row[s->n] = sqrt(left);
    s->place[s->n++] = j;
    s->inside[j] = 1;
    return 1;
}

/* Takes the column in row `at` out of the factor. */
static void leave(State *s, int64_t at) {
    int64_t k = s->k;
    s->inside[s->place[at]] = 0;
    for (int64_t a = at + 1; a < s->n; a++) {
        memcpy(s->factor + (a - 1) * k, s->factor + a * k, (size_t)(a + 1) * sizeof(double));
        s->place[a - 1] = s->place[a];
    }
    s->n--;
    for (int64_t a = at; a < s->n; a++) { /* row a now has an entry too many, right of the diagonal */
        double *row = s->factor + a * k, x = row[a], y = row[a + 1], r = hypot(x, y);
        double c = x / r, d = y / r;
        row[a] = r;
        for (int64_t b = a + 1; b < s->n; b++) {
            double *of = s->factor + b * k, u = of[a], v = of[a + 1];
            of[a] = c * u + d * v;
            of[a + 1] = c * v - d * u;
        }
    }
}

/* aim[row of the factor] = the best weights of the columns inside. */
static void solve(const State *s, const double *slope, double *aim) {
    int64_t k = s->k;
    for (int64_t a = 0; a < s->n; a++) {
        const double *of = s->factor + a * k;
        double v = slope[s->place[a]];
        for (int64_t c = 0; c < a; c++) v -= of[c] * aim[c];
        aim[a] = v / of[a];
    }
    for (int64_t a = s->n - 1; a >= 0; a--) {
        const double *of = s->factor + a * k;
        aim[a] /= of[a];
        for (int64_t c = 0; c < a; c++) aim[c] -= of[c] * aim[a];
    }
}

/* From x towards the best point of the columns inside; those that reach zero leave. Returns systems solved. */
static int64_t inwards(State *s, const double *slope, double *x, double *aim, int64_t entering) {
    for (int64_t steps = 1;; steps++) {
        solve(s, slope, aim);
        double share = 2, most = 0;
        int64_t unwilling = -1;
        for (int64_t a = 0; a < s->n; a++) {
            int64_t i = s->place[a];
            if (aim[a] > 0) continue;
            if (i == entering && x[i] <= 0) unwilling = a;
            else if (x[i] / (x[i] - aim[a]) < share) share = x[i] / (x[i] - aim[a]);
        }
        if (unwilling >= 0) {
            leave(s, unwilling);
            continue;
        }
        if (share > 1) {
            for (int64_t a = 0; a < s->n; a++) x[s->place[a]] = aim[a];
            return steps;
        }
        for (int64_t a = 0; a < s->n; a++) {
            int64_t i = s->place[a];
            x[i] += share * (aim[a] - x[i]);
            if (x[i] > most) most = x[i];
        }
        for (int64_t a = s->n - 1; a >= 0; a--) {
            int64_t i = s->place[a];
            if (x[i] > 1e-15 * most) continue;
            x[i] = 0;
            leave(s, a);
        }
    }
}

/* gram[b, k, k] and slope[b, k] of columns of length one, people of length one; x[b, k] out. Returns systems solved, −1 without memory. */
int64_t nonnegative_many(int64_t count, int64_t k, const double *gram, const double *slope, double *x, double slack,
                         double dependent) {
    State s = {k, 0, gram, NULL, NULL, NULL, NULL};
    s.factor = malloc((size_t)(k * k) * sizeof(double));
    s.place = malloc((size_t)k * sizeof(int64_t));
    double *work = malloc((size_t)(2 * k) * sizeof(double));
    uint8_t *flags = malloc((size_t)(2 * k));
    int64_t steps = -1;
    if (!s.factor || !s.place || !work || !flags) goto out;
    double *aim = work, *y = work + k;
    uint8_t *barred = flags + k;
    s.inside = flags;
    steps = 0;
    for (int64_t b = 0; b < count; b++, s.gram += k * k, slope += k, x += k) {
        s.n = 0;
        memset(flags, 0, (size_t)(2 * k));
        memset(x, 0, (size_t)k * sizeof(double));
        for (int64_t i = 0; i < k; i++) y[i] = -slope[i];
        for (int64_t turn = 0; turn < 10 * k + 100; turn++) {
            double least = 0, size = 1;
            int64_t j = -1;
            for (int64_t i = 0; i < k; i++) {
                size += x[i];
                if (!s.inside[i] && !barred[i] && y[i] < least) least = y[i], j = i;
            }
            if (j < 0 || least >= -slack * size) break;
            steps++;
            if (!enter(&s, j, dependent)) {
                barred[j] = 1;
                continue;
            }
            memset(barred, 0, (size_t)k);
            steps += inwards(&s, slope, x, aim, j);
            for (int64_t i = 0; i < k; i++) y[i] = -slope[i];
            for (int64_t a = 0; a < s.n; a++) {
                const double *of = s.gram + s.place[a] * k;
                double w = x[s.place[a]];
                for (int64_t i = 0; i < k; i++) y[i] += w * of[i];
            }
            if (!s.inside[j]) barred[j] = 1;
        }
    }
out:
    free(s.factor);
    free(s.place);
    free(work);
    free(flags);
    return steps;
}
