/* One equilibrium of a bimatrix game by complementary pivoting (Lemke & Howson 1964, J. SIAM 12), ties broken
   lexicographically, so that degenerate games do not cycle.

   Two dictionaries, of P = {x >= 0 : B'x <= 1} and Q = {y >= 0 : A y <= 1}, both at the origin, where every label is
   present: 0 .. m-1 are the rows' strategies, m .. m+n-1 the columns'. A label is dropped; what comes in twice is
   dropped in the other polytope, until the first label is back. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef double Four __attribute__((vector_size(32), aligned(8), may_alias));

#if defined(__linux__) && defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define VECTORISED __attribute__((target_clones("avx2", "default"))) /* no contraction: the same numbers either way */
#else
#define VECTORISED
#endif

enum { TOO_MANY = -1, RAY = -2, NO_MEMORY = -3 };

typedef struct {
    int64_t rows, columns, width;
    double *table;   /* [rows][width]: coefficients of the variables at zero, then the value; zeros up to a multiple of four */
    int64_t *inside, *outside; /* variable of each row; variable, at zero, of each column */
    int64_t *place;  /* [columns + rows]: where a variable is: its column, or its row + columns */
} Dictionary;

/* Variables 0 .. columns-1 are the mixture, columns + i is the slack of row i. */
static int opened(Dictionary *it, const double *matrix, int64_t rows, int64_t columns) {
    it->rows = rows, it->columns = columns, it->width = (columns + 4) / 4 * 4;
    it->table = calloc((size_t)(rows * it->width), sizeof(double));
    it->inside = malloc((size_t)(2 * (rows + columns)) * sizeof(int64_t));
    if (!it->table || !it->inside) return 0;
    it->outside = it->inside + rows, it->place = it->outside + columns;
    for (int64_t i = 0; i < rows; i++) {
        memcpy(it->table + i * it->width, matrix + i * columns, (size_t)columns * sizeof(double));
        it->table[i * it->width + columns] = 1.0;
        it->inside[i] = columns + i, it->place[columns + i] = columns + i;
    }
    for (int64_t j = 0; j < columns; j++) it->outside[j] = j, it->place[j] = j;
    return 1;
}

static void closed(Dictionary *it) { free(it->table), free(it->inside); }

/* The entry of row i in the column of the slack of row s, in the full tableau: what ties are broken by. */
static double slack_entry(const Dictionary *it, int64_t i, int64_t s) {
    const int64_t at = it->place[it->columns + s];
    return at < it->columns ? it->table[i * it->width + at] : (at - it->columns == i ? 1.0 : 0.0);
}

static int64_t leaving_row(const Dictionary *it, int64_t c) {
    const double tiny = 1e-11, tie = 1e-12;
    int64_t best = -1;
    double least = 0.0;
    for (int64_t i = 0; i < it->rows; i++) {
        const double entry = it->table[i * it->width + c];
        if (entry <= tiny) continue;
        const double ratio = it->table[i * it->width + it->columns] / entry;
        if (best < 0 || ratio < least - tie * (least > 1.0 ? least : 1.0)) {
            best = i, least = ratio;
        } else if (ratio <= least + tie * (least > 1.0 ? least : 1.0)) {
            const double mine = it->table[best * it->width + c];
            for (int64_t s = 0; s < it->rows; s++) {
                const double there = slack_entry(it, i, s) / entry, here = slack_entry(it, best, s) / mine;
                if (there < here - tie) {
                    best = i, least = ratio < least ? ratio : least;
                    break;
                }
                if (there > here + tie) break;
            }
        }
    }
    return best;
}

VECTORISED static void exchange(Dictionary *it, int64_t r, int64_t c) {
    const int64_t blocks = it->width / 4;
    double *row = it->table + r * it->width;
    const double inverse = 1.0 / row[c];
    for (int64_t j = 0; j < blocks; j++) ((Four *)row)[j] *= inverse;
    row[c] = inverse;
    for (int64_t i = 0; i < it->rows; i++) {
        double *other = it->table + i * it->width;
        const double factor = other[c];
        if (i == r || factor == 0.0) continue;
        for (int64_t j = 0; j < blocks; j++) ((Four *)other)[j] -= factor * ((Four *)row)[j];
        other[c] = -factor * inverse;
    }
    const int64_t in = it->outside[c], out = it->inside[r];
    it->outside[c] = out, it->inside[r] = in;
    it->place[in] = it->columns + r, it->place[out] = c;
}

/* by_columns[n][m] = B transposed, by_rows[m][n] = A, both positive. x[m], y[n] come back unscaled.
   Returns the number of pivots, or a negative reason. */
int64_t lemke_howson(const double *by_columns, const double *by_rows, int64_t m, int64_t n, int64_t label, int64_t most,
                     double *x, double *y) {
    Dictionary sides[2];
    const int ready = opened(&sides[0], by_columns, n, m) & opened(&sides[1], by_rows, m, n);
    int64_t pivots = ready ? 0 : NO_MEMORY, entering = label;
    int at = label < m ? 0 : 1;
    while (pivots >= 0) {
        Dictionary *it = &sides[at];
        /* label k is variable k of P, and of Q the variable n + k (rows' labels) or k - m (columns' labels) */
        const int64_t variable = at == 0 ? entering : (entering < m ? n + entering : entering - m);
        const int64_t c = it->place[variable], r = leaving_row(it, c);
        if (r < 0) {
            pivots = RAY;
            break;
        }
        const int64_t out = it->inside[r];
        exchange(it, r, c);
        entering = at == 0 ? out : (out < n ? m + out : out - n);
        at = 1 - at;
        if (++pivots > most) pivots = TOO_MANY;
        if (entering == label) break;
    }
    for (int k = 0; ready && pivots >= 0 && k < 2; k++) {
        double *mixture = k == 0 ? x : y;
        memset(mixture, 0, (size_t)sides[k].columns * sizeof(double));
        for (int64_t i = 0; i < sides[k].rows; i++)
            if (sides[k].inside[i] < sides[k].columns)
                mixture[sides[k].inside[i]] = sides[k].table[i * sides[k].width + sides[k].columns];
    }
    closed(&sides[0]), closed(&sides[1]);
    return pivots;
}
