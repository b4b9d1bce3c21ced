/* Following the principal branch of the logit equations of one game, or of many: the inner loop of behaviour/quantal/trace.py,
   whose NumPy functions are the twins of those here and bear the same names; the idea and its sources are told there.

   x = log sigma is stacked over players, types and actions; z = (x, tau) with tau = log(1 + lambda). Matrices go by rows. */

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { STEP, STOP, FOLD, CROSSING };
enum { PLAYERS = 16, ITERATIONS = 8 };
static const double RESIDUAL = 1e-9, ROUNDING = 4e-15, NEGLIGIBLE = 1e-8, FIRST = 0.1, SHORTEST = 1e-9, CROSSED = 1e-5;
static const double WANTED = 0.05, ALLOWED = 0.5, LEAST_COSINE = 0.4, HIGHEST = 60;

typedef struct {
    const double *payoff; /* [player, *types, *actions], weighed with the others' types */
    int64_t n, solved, size, agents, profiles, cells;
    const int64_t *types, *actions;
    int symmetric;
    int64_t first[PLAYERS];
    int64_t *start, *count; /* of each agent */
    int64_t *kept, *position, played_count;
    double *sigma, *worth, *slopes, *response, *played, *rise, *matrix, *mean, *one, *other;
} System;

typedef struct {
    double *z, *tangent, *border, lam, sign, newton;
} Point;

typedef struct {
    double *x, *lam;
    int64_t *kind;
    int64_t count, most, wide, stops_only;
} Kept;

static int64_t players_size(const System *s, int64_t i) { return s->types[i] * s->actions[i]; }

/* Sums the tensor over the actions of all players but i and j, by what those at `where` play; the axes of both stay. */
static const double *contracted(System *s, const double *tensor, const double *const *where, int64_t i, int64_t j) {
    int64_t left = s->cells, after = 1;
    const double *from = tensor;
    double *to = s->one;
    for (int64_t k = s->n - 1; k >= 0; k--) {
        int64_t d = s->actions[k], before = left / (d * after);
        if (k == i || k == j) {
            after *= d;
            continue;
        }
        for (int64_t p = 0; p < before; p++) {
            double *row = to + p * after;
            for (int64_t q = 0; q < after; q++) row[q] = 0;
            for (int64_t c = 0; c < d; c++) {
                double weight = where[k][c];
                const double *cell = from + (p * d + c) * after;
                for (int64_t q = 0; q < after; q++) row[q] += weight * cell[q];
            }
        }
        left /= d;
        from = to;
        to = to == s->one ? s->other : s->one;
    }
    return from;
}

/* worth[stacked], and slopes[stacked, kept]: its derivative by the log-probabilities that are kept. */
static void evaluate(System *s) {
    int64_t kept = s->played_count, theta[PLAYERS] = {0};
    memset(s->worth, 0, sizeof(double) * s->size);
    memset(s->slopes, 0, sizeof(double) * s->size * kept);
    for (int64_t profile = 0; profile < s->profiles; profile++) {
        const double *where[PLAYERS];
        for (int64_t k = 0; k < s->n; k++) where[k] = s->sigma + (s->symmetric ? 0 : s->first[k] + theta[k] * s->actions[k]);
        for (int64_t i = 0; i < s->solved; i++) {
            const double *tensor = s->payoff + (i * s->profiles + profile) * s->cells;
            int64_t row = s->first[i] + theta[i] * s->actions[i], rows = s->actions[i];
            if (s->n == 1)
                for (int64_t a = 0; a < rows; a++) s->worth[row + a] += tensor[a];
            for (int64_t j = 0; j < s->n; j++) {
                if (j == i) continue;
                const double *pair = contracted(s, tensor, where, i, j);
                int64_t columns = s->actions[j], column = where[j] - s->sigma;
                int64_t by_a = i < j ? columns : 1, by_b = i < j ? 1 : rows;
                int first = j == (i == 0 ? 1 : 0);
                for (int64_t a = 0; a < rows; a++) {
                    double *slope = s->slopes + (row + a) * kept, total = 0;
                    for (int64_t b = 0; b < columns; b++) {
                        double value = pair[a * by_a + b * by_b] * where[j][b];
                        int64_t at = s->position[column + b];
                        total += value;
                        if (at >= 0) slope[at] += value;
                    }
                    if (first) s->worth[row + a] += total;
                }
            }
        }
        for (int64_t k = s->n - 1; k >= 0 && ++theta[k] == s->types[k]; k--) theta[k] = 0;
    }
}

/* out = log of the logit response to scale * y within each agent. */
static void logit(const System *s, const double *y, double scale, double *out) {
    for (int64_t g = 0; g < s->agents; g++) {
        int64_t from = s->start[g], to = from + s->count[g];
        double top = -INFINITY, sum = 0;
        for (int64_t a = from; a < to; a++) top = fmax(top, scale * y[a]);
        for (int64_t a = from; a < to; a++) sum += exp(scale * y[a] - top);
        sum = log(sum);
        for (int64_t a = from; a < to; a++) out[a] = scale * y[a] - top - sum;
    }
}

static double measure(double x, double lam) { return fmin(1.0, (1 + lam) * exp(x)); }

/* Gaussian elimination with partial pivoting on rows of n + 2 numbers; both right sides are replaced by solutions.
   The sign of the determinant; 0 where it is singular. */
static double solved(double *m, int64_t n) {
    int64_t wide = n + 2;
    double sign = 1;
    for (int64_t k = 0; k < n; k++) {
        int64_t best = k;
        for (int64_t r = k + 1; r < n; r++)
            if (fabs(m[r * wide + k]) > fabs(m[best * wide + k])) best = r;
        double *top = m + k * wide;
        if (best != k) {
            double *with = m + best * wide;
            for (int64_t c = k; c < wide; c++) {
                double keep = top[c];
                top[c] = with[c];
                with[c] = keep;
            }
            sign = -sign;
        }
        double pivot = top[k];
        if (!(fabs(pivot) > 0) || !isfinite(pivot)) return 0;
        if (pivot < 0) sign = -sign;
        for (int64_t r = k + 1; r < n; r++) {
            double *row = m + r * wide, factor = row[k] / pivot;
            if (factor == 0) continue;
            for (int64_t c = k + 1; c < wide; c++) row[c] -= factor * top[c];
        }
    }
    for (int64_t k = n - 1; k >= 0; k--) {
        double *row = m + k * wide, one = row[n], two = row[n + 1];
        for (int64_t c = k + 1; c < n; c++) {
            one -= row[c] * m[c * wide + n];
            two -= row[c] * m[c * wide + n + 1];
        }
        row[n] = one / row[k];
        row[n + 1] = two / row[k];
    }
    return isfinite(m[n]) && isfinite(m[n + 1]) ? sign : 0;
}

/* The point with its tangent; where that is not to be had (a bifurcation), `towards` serves. */
static void arrived(System *s, Point *to, double lam, double sign, const double *towards, double newton) {
    int64_t n = s->size, kept = s->played_count;
    double *t = to->tangent, length = 0, along = 0;
    if (sign == 0) {
        memmove(t, towards, sizeof(double) * (n + 1));
    } else {
        double last = s->matrix[kept * (kept + 3) + kept + 2];
        for (int64_t a = 0; a < n; a++) {
            double total = s->rise[a] * last;
            for (int64_t c = 0; c < kept; c++) total += s->slopes[a * kept + c] * s->matrix[c * (kept + 3) + kept + 2];
            t[a] = total;
        }
        t[n] = last;
    }
    for (int64_t a = 0; a <= n; a++) {
        double weight = a < n ? measure(to->z[a], lam) : 1;
        to->border[a] = weight * t[a];
        length += to->border[a] * t[a];
        if (towards) along += to->border[a] * towards[a];
    }
    if (sign != 0 && along < 0) sign = -sign, length = -sqrt(length);
    else length = sqrt(length);
    for (int64_t a = 0; a <= n; a++) t[a] /= length, to->border[a] /= length;
    to->lam = lam, to->sign = sign, to->newton = newton;
}

/* Newton from guess in the hyperplane normal to border, or at lambda = fixed where that is not negative. 1 if it contracts. */
static int corrected(System *s, const double *guess, const double *border, double fixed, const double *towards, Point *to) {
    int64_t n = s->size;
    double *x = to->z, tau = guess[n], last = 0, newton = 0;
    logit(s, guess, 1, x);
    for (int iteration = 0; iteration < ITERATIONS; iteration++) {
        double lam = fixed >= 0 ? fixed : expm1(tau), off = 0, change = 0, sign;
        int64_t kept = 0, wide;
        if (tau > HIGHEST) return 0;
        for (int64_t a = 0; a < n; a++) {
            s->sigma[a] = exp(x[a]);
            s->position[a] = -1;
            if ((1 + lam) * s->sigma[a] > NEGLIGIBLE) s->position[a] = kept, s->kept[kept++] = a;
        }
        s->played_count = kept;
        evaluate(s);
        logit(s, s->worth, lam, s->response);
        for (int64_t a = 0; a < n; a++) {
            s->played[a] = exp(s->response[a]);
            double wrong = s->position[a] >= 0 ? fabs(x[a] - s->response[a]) : (1 + lam) * fabs(s->played[a] - s->sigma[a]);
            if (!isfinite(wrong)) return 0;
            off = fmax(off, wrong);
            if (s->position[a] < 0) x[a] = s->response[a];
        }
        for (int64_t g = 0; g < s->agents; g++) {
            int64_t from = s->start[g], end = from + s->count[g];
            double value = 0;
            for (int64_t c = 0; c < kept; c++) s->mean[c] = 0;
            for (int64_t a = from; a < end; a++) {
                value += s->played[a] * s->worth[a];
                for (int64_t c = 0; c < kept; c++) s->mean[c] += s->played[a] * s->slopes[a * kept + c];
            }
            for (int64_t a = from; a < end; a++) {
                s->rise[a] = (1 + lam) * (s->worth[a] - value);
                for (int64_t c = 0; c < kept; c++) s->slopes[a * kept + c] = lam * (s->slopes[a * kept + c] - s->mean[c]);
            }
        }
        wide = kept + 3;
        for (int64_t r = 0; r < kept; r++) {
            double *row = s->matrix + r * wide;
            int64_t a = s->kept[r];
            for (int64_t c = 0; c < kept; c++) row[c] = -s->slopes[a * kept + c];
            row[r] += 1;
            row[kept] = -s->rise[a];
            row[kept + 1] = s->response[a] - x[a];
            row[kept + 2] = 0;
            s->matrix[kept * wide + r] = border[a];
        }
        double *row = s->matrix + kept * wide;
        row[kept] = border[n], row[kept + 1] = 0, row[kept + 2] = 1;
        if (fixed < 0) {
            double drift = border[n] * (tau - guess[n]);
            for (int64_t a = 0; a < n; a++) drift += border[a] * (x[a] - guess[a]);
            row[kept + 1] = -drift;
        }
        sign = solved(s->matrix, kept + 1);
        if (off < RESIDUAL + ROUNDING * lam) {
            to->z[n] = tau;
            if (sign == 0 && !towards) return 0;
            arrived(s, to, lam, sign, towards, newton);
            return 1;
        }
        if (sign == 0) return 0;
        change = fabs(s->matrix[kept * wide + kept + 1]);
        for (int64_t r = 0; r < kept; r++)
            change = fmax(change, measure(x[s->kept[r]], lam) * fabs(s->matrix[r * wide + kept + 1]));
        if (!(change < 2.0) || (iteration > 1 && change > 0.5 * last && change > 1e-7)) return 0;
        if (iteration == 0) newton = change;
        last = change;
        for (int64_t r = 0; r < kept; r++) x[s->kept[r]] += s->matrix[r * wide + kept + 1];
        logit(s, x, 1, x);
        tau += s->matrix[kept * wide + kept + 1];
        if (tau < 0) return 0;
    }
    return 0;
}

static double along(const double *border, const double *z, int64_t n) {
    double total = 0;
    for (int64_t a = 0; a <= n; a++) total += border[a] * z[a];
    return total;
}

/* The point at q = h of the cubic through two points with their tangents; along the tangent if there is one only. */
static void cubic(const Point *before, const Point *here, const double *border, double h, int64_t n, double *out) {
    double speed = along(border, here->tangent, n), a = 0, b = h, c = 0;
    if (before) {
        double back = along(border, before->z, n) - along(border, here->z, n), behind = along(border, before->tangent, n);
        if (fabs(behind) >= 0.1 && fabs(back) >= 1e-12) {
            double share = h / back;
            a = share * share * (3 - 2 * share);
            b = share * (1 - share) * (1 - share) * back;
            c = share * share * (share - 1) * back / behind;
        }
    }
    for (int64_t k = 0; k <= n; k++) {
        out[k] = here->z[k] + b / speed * here->tangent[k];
        if (a != 0 || c != 0) out[k] += a * (before->z[k] - here->z[k]) + c * before->tangent[k];
    }
}

/* The point at lambda = goal between two points of the branch. */
static int land(System *s, const Point *start, const Point *end, double goal, double *guess, double *level, Point *to) {
    int64_t n = s->size;
    double tau = log1p(goal), reach = along(start->border, end->z, n) - along(start->border, start->z, n);
    double low = 0, high = reach, h = reach * (tau - start->z[n]) / (end->z[n] - start->z[n]);
    for (int k = 0; k < 40; k++) {
        cubic(end, start, start->border, h, n, guess);
        double off = guess[n] - tau;
        if (fabs(off) < 1e-12) break;
        if (off < 0) low = h;
        else high = h;
        h = (low + high) / 2;
    }
    cubic(end, start, start->border, h, n, guess);
    guess[n] = tau;
    return corrected(s, guess, level, goal, start->tangent, to) && to->newton <= ALLOWED;
}

/* The point between two where the tangent has no part in tau: secants in q, now and then a halving. */
static int folded(System *s, const Point *start, const Point *end, double *guess, Point *to) {
    int64_t n = s->size;
    double low = 0, high = along(start->border, end->z, n) - along(start->border, start->z, n);
    double at_low = start->tangent[n], at_high = end->tangent[n];
    for (int k = 0; k < 60; k++) {
        double h = k % 3 == 2 ? (low + high) / 2 : low + (high - low) * at_low / (at_low - at_high), part;
        cubic(end, start, start->border, h, n, guess);
        if (!corrected(s, guess, start->border, -1, start->tangent, to)) return 0;
        part = to->tangent[n];
        if (fabs(part) < 1e-9 || high - low < 1e-13) return 1;
        if (part * at_low > 0) low = h, at_low = part;
        else high = h, at_high = part;
    }
    return 0;
}

static void keep(Kept *kept, const Point *point, int64_t kind, int64_t n) {
    if (kept->count >= kept->most || (kept->stops_only && kind != STOP)) return;
    memcpy(kept->x + kept->count * kept->wide, point->z, sizeof(double) * n);
    kept->lam[kept->count] = point->lam;
    kept->kind[kept->count++] = kind;
}

/* Keeps what a step has: a fold in it, the lambdas asked for that it passes, its end. Stops met; -1 if one is missed. */
static int64_t points_between(System *s, const Point *here, const Point *found, int crossed, const double *goals, int64_t left,
                              double *guess, double *level, Point *fold, Point *landed, Kept *kept) {
    int64_t met = 0, mark = kept->count;
    const Point *ends[2] = {found, 0}, *start = here;
    int64_t kinds[2] = {crossed ? CROSSING : STEP, 0}, count = 1;
    if (here->tangent[s->size] * found->tangent[s->size] < 0 && !crossed) {
        if (!folded(s, here, found, guess, fold)) return -1;
        ends[0] = fold, kinds[0] = FOLD, ends[1] = found, kinds[1] = STEP, count = 2;
    }
    for (int64_t k = 0; k < count; k++) {
        while (met < left && start->lam < goals[met] && goals[met] <= ends[k]->lam) {
            if (!land(s, start, ends[k], goals[met], guess, level, landed)) {
                kept->count = mark;
                return -1;
            }
            keep(kept, landed, STOP, s->size);
            met++;
        }
        if (met == left) break;
        keep(kept, ends[k], kinds[k], s->size);
        start = ends[k];
    }
    return met;
}

/* From lambda = 0 through the stops; at most `most` steps. Stops met. */
static int64_t follow(System *s, const double *stops, int64_t count, int64_t most, double longest, Kept *kept, double *work) {
    int64_t n = s->size, wide = n + 1, met = 0;
    Point points[5], *before = 0, *here = points, *found = points + 1, *spare = points + 2;
    double *guess = work + 15 * wide, *level = guess + wide, h = fmin(FIRST, longest), sign;
    for (int k = 0; k < 5; k++) points[k] = (Point){work + 3 * k * wide, work + (3 * k + 1) * wide, work + (3 * k + 2) * wide, 0, 0, 0};
    memset(level, 0, sizeof(double) * wide);
    level[n] = 1;
    memset(guess, 0, sizeof(double) * wide);
    if (!corrected(s, guess, level, 0, 0, here)) return 0;
    keep(kept, here, STEP, n);
    sign = here->sign;
    for (int64_t taken = 1; met < count && taken < most && h >= SHORTEST;) {
        int64_t passed = -1, crossed = 0;
        cubic(before, here, here->border, h, n, guess);
        if (corrected(s, guess, here->border, -1, here->tangent, found)) {
            double forth = along(here->border, found->tangent, n), back = along(found->border, here->tangent, n);
            crossed = found->sign * sign < 0;
            if (found->newton <= ALLOWED && fmin(forth, back) >= LEAST_COSINE && (!crossed || h <= CROSSED))
                passed = points_between(s, here, found, crossed, stops + met, count - met, guess, level, points + 3, points + 4, kept);
        }
        if (passed < 0) {
            h /= 3;
            continue;
        }
        met += passed;
        taken++;
        sign = crossed ? -sign : sign != 0 ? sign : found->sign;
        h = fmin(longest, h * fmin(2.5, fmax(0.3, pow(WANTED / fmax(found->newton, 1e-6), 0.25))));
        Point *free_one = before ? before : spare;
        before = here, here = found, found = free_one;
    }
    return met;
}

/* Games of one shape, one after the other, payoff[game, player, *types, *actions] and stops[game, stop]. Either one game and
   all its points, x[point, stacked] with room for 2 most + count of them; or, with stops_only, x[game, stop, stacked].
   No step is longer than `longest`. met[game] tells how many stops were met. Returns the points kept in all; -1 where memory does not suffice. */
int64_t logit_trace(const double *payoff, int64_t games, int64_t n, const int64_t *types, const int64_t *actions,
                    const int64_t *symmetric, const double *stops, int64_t count, int64_t most, double longest, int64_t stops_only,
                    double *x, double *lam, int64_t *kind, int64_t *met) {
    System s = {.n = n, .types = types, .actions = actions, .profiles = 1, .cells = 1};
    int64_t whole = 0, all = 0, total = 0;
    for (int64_t i = 0; i < n; i++) {
        s.first[i] = whole;
        whole += players_size(&s, i);
        all += types[i];
        s.profiles *= types[i];
        s.cells *= actions[i];
    }
    int64_t reals = 7 * whole + whole * whole + (whole + 1) * (whole + 3) + 2 * s.cells + 17 * (whole + 1);
    double *memory = malloc(sizeof(double) * reals);
    int64_t *integers = malloc(sizeof(int64_t) * (2 * all + 2 * whole));
    if (!memory || !integers) {
        free(memory), free(integers);
        return -1;
    }
    s.start = integers, s.count = integers + all, s.kept = s.count + all, s.position = s.kept + whole;
    double **parts[] = {&s.sigma, &s.worth, &s.response, &s.played, &s.rise, &s.mean}, *next = memory;
    for (int k = 0; k < 6; k++) *parts[k] = next, next += whole;
    s.slopes = next, next += whole * whole;
    s.matrix = next, next += (whole + 1) * (whole + 3);
    s.one = next, next += s.cells;
    s.other = next, next += s.cells;
    for (int64_t g = 0; g < games; g++) {
        s.payoff = payoff + g * n * s.profiles * s.cells;
        s.symmetric = symmetric[g] != 0;
        s.solved = s.symmetric ? 1 : n;
        s.size = s.symmetric ? actions[0] : whole;
        s.agents = 0;
        for (int64_t i = 0; i < s.solved; i++)
            for (int64_t t = 0; t < types[i]; t++) {
                s.start[s.agents] = s.first[i] + t * actions[i];
                s.count[s.agents++] = actions[i];
            }
        Kept kept = {x, lam, kind, 0, 2 * most + count, whole, 0};
        if (stops_only) kept = (Kept){x + g * count * whole, lam + g * count, kind + g * count, 0, count, whole, 1};
        met[g] = follow(&s, stops + g * count, count, most, longest, &kept, next);
        total += kept.count;
    }
    free(memory), free(integers);
    return total;
}
