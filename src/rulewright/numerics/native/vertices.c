/* All vertices of simple polytopes {z >= 0 : M z <= 1}, M positive, by walking their graph breadth first.

   A vertex is the set of the d facets that meet there: facet k < d says z_k = 0, facet d + i that row i is tight. Its
   dictionary writes the m other variables in terms of these d; leaving along an edge exchanges one facet for another
   (the ratio test), and the graph of a polytope is connected (Balinski 1961, Pacific J. Math. 11), so that nothing is
   missed. Where a ratio test is tied the polytope is not simple: the walk stops and says so. */

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FULL = -1, TIED = -2, NO_MEMORY = -3 };

#if defined(__linux__) && defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define VECTORISED __attribute__((target_clones("avx2", "default"))) /* no contraction: the same numbers either way */
#else
#define VECTORISED
#endif
#if defined(__GNUC__)
#define SIZED static inline __attribute__((always_inline)) /* compiled anew for each size it is called with */
#else
#define SIZED static inline
#endif

typedef double Four __attribute__((vector_size(32), aligned(8), may_alias));
typedef int64_t Mask __attribute__((vector_size(32), aligned(8), may_alias));

SIZED Four chosen(Mask yes, Four a, Four b) { return (Four)(((Mask)a & yes) | ((Mask)b & ~yes)); }

enum { SMALL = 14 }; /* labels of which all sets of facets fit in a table of bits */

typedef struct {
    uint64_t *slots; /* a bit for every set of facets, or a hash table of sets, 0 free: at a vertex there is a facet */
    int64_t size, used;
    int bits;
} Seen;

static uint64_t scrambled(uint64_t key) {
    key ^= key >> 31;
    key *= 0x9E3779B97F4A7C15ull;
    return key ^ (key >> 29);
}

SIZED int seen_before(const Seen *seen, uint64_t key) {
    if (seen->bits) return (int)(seen->slots[key >> 6] >> (key & 63) & 1);
    uint64_t at = scrambled(key) & (uint64_t)(seen->size - 1);
    while (seen->slots[at]) {
        if (seen->slots[at] == key) return 1;
        at = (at + 1) & (uint64_t)(seen->size - 1);
    }
    return 0;
}

SIZED void insert(Seen *seen, uint64_t key) {
    if (seen->bits) {
        seen->slots[key >> 6] |= 1ull << (key & 63);
        return;
    }
    uint64_t at = scrambled(key) & (uint64_t)(seen->size - 1);
    while (seen->slots[at]) at = (at + 1) & (uint64_t)(seen->size - 1);
    seen->slots[at] = key;
    seen->used++;
}

static int grown(Seen *seen) {
    Seen larger = {calloc((size_t)(4 * seen->size), sizeof(uint64_t)), 4 * seen->size, 0, 0};
    if (!larger.slots) return 0;
    for (int64_t k = 0; k < seen->size; k++)
        if (seen->slots[k]) insert(&larger, seen->slots[k]);
    free(seen->slots);
    *seen = larger;
    return 1;
}

/* Rows of a dictionary: d coefficients, the value of the basic variable, zeros up to a multiple of four. */
SIZED int64_t padded(int64_t d) { return (d + 4) / 4 * 4; }

typedef struct {
    double *table; /* [m][padded(d)] */
    int16_t *labels; /* [d + m]: facets at the vertex, then the basic variables of the rows */
    uint64_t *facets;
} Dictionary;

typedef struct {
    char *room;
    int64_t one, m, d, capacity, first, count; /* a ring of dictionaries */
} Queue;

SIZED Dictionary slot(const Queue *queue, int64_t k) {
    char *at = queue->room + ((queue->first + k) & (queue->capacity - 1)) * queue->one;
    Dictionary found;
    found.facets = (uint64_t *)at;
    found.table = (double *)(at + sizeof(uint64_t));
    found.labels = (int16_t *)(found.table + queue->m * padded(queue->d));
    return found;
}

static int widened(Queue *queue) {
    Queue larger = *queue;
    larger.capacity = 2 * queue->capacity;
    larger.first = 0;
    larger.room = malloc((size_t)(larger.capacity * larger.one));
    if (!larger.room) return 0;
    for (int64_t k = 0; k < queue->count; k++)
        memcpy(larger.room + k * queue->one, queue->room + ((queue->first + k) & (queue->capacity - 1)) * queue->one,
               (size_t)queue->one);
    free(queue->room);
    *queue = larger;
    return 1;
}

/* to = from with column c exchanged for row r. */
SIZED void pivot(const double *from, double *to, int64_t m, int64_t d, int64_t r, int64_t c) {
    const int64_t width = padded(d), blocks = width / 4;
    const double inverse = 1.0 / from[r * width + c];
    double *row = to + r * width;
    for (int64_t j = 0; j < blocks; j++) ((Four *)row)[j] = ((const Four *)(from + r * width))[j] * inverse;
    row[c] = inverse;
    for (int64_t i = 0; i < m; i++) {
        if (i == r) continue;
        const double *source = from + i * width;
        double *target = to + i * width;
        const double factor = source[c];
        for (int64_t j = 0; j < blocks; j++)
            ((Four *)target)[j] = ((const Four *)source)[j] - factor * ((const Four *)row)[j];
        target[c] = -factor * inverse;
    }
}

/* leaving[c] = row of the least ratio in column c, ratios compared crosswise: a / b < c / d where a d < c b.
   Returns 0 where another is within `tie` of the least. */
SIZED int ratio_tests(const double *table, int64_t m, int64_t d, double tie, double *leaving) {
    const int64_t width = padded(d);
    const double below = 1.0 - tie, above = 1.0 + tie;
    Mask doubtful = {0, 0, 0, 0};
    for (int64_t j = 0; j < width; j += 4) {
        Four value = {1.0, 1.0, 1.0, 1.0}, divisor = {0.0, 0.0, 0.0, 0.0}; /* of the least so far: endless */
        Four at = {-1.0, -1.0, -1.0, -1.0}, here = {0.0, 0.0, 0.0, 0.0};
        Mask tied = {0, 0, 0, 0};
        for (int64_t i = 0; i < m; i++, here += 1.0) {
            const Four entry = *(const Four *)(table + i * width + j);
            const double own = table[i * width + d];
            const Four mine = own * divisor, least = value * entry;
            const Mask able = entry > 1e-11, better = able & (mine < below * least);
            tied = (tied | (able & (mine <= above * least))) & ~better;
            at = chosen(better, here, at);
            divisor = chosen(better, entry, divisor);
            value = chosen(better, own + (Four){0.0, 0.0, 0.0, 0.0}, value);
        }
        *(Four *)(leaving + j) = at;
        const Mask column = {j, j + 1, j + 2, j + 3}; /* those from d on are the values, and padding */
        doubtful |= (column < d) & ((at < 0.0) | tied);
    }
    return !(doubtful[0] | doubtful[1] | doubtful[2] | doubtful[3]);
}

/* masks[vertex]: facets of every vertex found but the first, the origin. Returns their number, or a negative reason. */
SIZED int64_t walk_sized(const double *matrix, const int64_t m, const int64_t d, uint64_t *masks, int64_t capacity,
                         double tie, Queue *queue, Seen *seen) {
    const int64_t width = padded(d);
    double leaving[68];
    int64_t found = 0;
    queue->first = 0, queue->count = 1;
    Dictionary start = slot(queue, 0);
    memset(start.table, 0, (size_t)(m * width) * sizeof(double));
    for (int64_t i = 0; i < m; i++) {
        memcpy(start.table + i * width, matrix + i * d, (size_t)d * sizeof(double));
        start.table[i * width + d] = 1.0;
    }
    for (int64_t k = 0; k < d + m; k++) start.labels[k] = (int16_t)k;
    *start.facets = d == 64 ? ~0ull : (1ull << d) - 1;
    insert(seen, *start.facets);
    while (queue->count) {
        Dictionary here = slot(queue, 0);
        const uint64_t facets = *here.facets;
        if (!ratio_tests(here.table, m, d, tie, leaving)) return TIED;
        for (int64_t c = 0; c < d; c++) {
            const int64_t r = (int64_t)leaving[c];
            const uint64_t there = (facets ^ (1ull << here.labels[c])) | (1ull << here.labels[d + r]);
            if (seen_before(seen, there)) continue;
            if (found == capacity) return FULL;
            if (!seen->bits && 4 * seen->used >= 3 * seen->size && !grown(seen)) return NO_MEMORY;
            insert(seen, there);
            masks[found++] = there;
            if (queue->count == queue->capacity) {
                if (!widened(queue)) return NO_MEMORY;
                here = slot(queue, 0); /* it has moved */
            }
            Dictionary next = slot(queue, queue->count++);
            pivot(here.table, next.table, m, d, r, c);
            memcpy(next.labels, here.labels, (size_t)(d + m) * sizeof(int16_t));
            next.labels[c] = here.labels[d + r], next.labels[d + r] = here.labels[c];
            *next.facets = there;
        }
        queue->first = (queue->first + 1) & (queue->capacity - 1), queue->count--;
    }
    return found;
}

#define AT_SIZE(size) \
    if (m == size && d == size) return walk_sized(matrix, size, size, masks, capacity, tie, queue, seen)

VECTORISED static int64_t walk(const double *matrix, int64_t m, int64_t d, uint64_t *masks, int64_t capacity, double tie,
                               Queue *queue, Seen *seen) {
    AT_SIZE(2);
    AT_SIZE(3);
    AT_SIZE(4);
    AT_SIZE(5);
    AT_SIZE(6);
    return walk_sized(matrix, m, d, masks, capacity, tie, queue, seen);
}

static int opened(Queue *queue, Seen *seen, int64_t m, int64_t d) {
    const int64_t labels = ((d + m) * (int64_t)sizeof(int16_t) + 7) / 8 * 8;
    queue->m = m, queue->d = d, queue->capacity = 64;
    queue->one = (int64_t)sizeof(uint64_t) + m * padded(d) * (int64_t)sizeof(double) + labels;
    queue->room = malloc((size_t)(queue->capacity * queue->one));
    seen->bits = d + m <= SMALL;
    seen->size = seen->bits ? (d + m < 6 ? 1 : 1ll << (d + m - 6)) : 1024, seen->used = 0;
    seen->slots = calloc((size_t)seen->size, sizeof(uint64_t));
    return queue->room && seen->slots;
}

static void closed(Queue *queue, Seen *seen) {
    free(queue->room);
    free(seen->slots);
}

static void emptied(Seen *seen) {
    memset(seen->slots, 0, (size_t)seen->size * sizeof(uint64_t));
    seen->used = 0;
}

/* matrix[m][d], d + m <= 64. */
int64_t simple_vertices(const double *matrix, int64_t m, int64_t d, uint64_t *masks, int64_t capacity, double tie) {
    Queue queue;
    Seen seen;
    int64_t found = opened(&queue, &seen, m, d) ? walk(matrix, m, d, masks, capacity, tie, &queue, &seen) : NO_MEMORY;
    closed(&queue, &seen);
    return found;
}

/* The mixture z on `columns`, k of them, that makes the rows `rows`, k of them, of matrix[.][width] equal, and its value as
   mixture[k]: k - 1 equations, differences to the first row, in all but the last probability. 0 where they are singular, or nearly. */
static int indifferent(const double *matrix, int64_t width, const int *rows, const int *columns, int k, double *mixture) {
    double system[31 * 32];
    const int size = k - 1, wide = k;
    const double *first = matrix + rows[0] * width;
    for (int i = 0; i < size; i++) {
        const double *row = matrix + rows[i + 1] * width;
        const double last = row[columns[size]] - first[columns[size]];
        for (int j = 0; j < size; j++) system[i * wide + j] = row[columns[j]] - first[columns[j]] - last;
        system[i * wide + size] = -last;
    }
    for (int c = 0; c < size; c++) {
        int best = c;
        for (int i = c + 1; i < size; i++)
            if (fabs(system[i * wide + c]) > fabs(system[best * wide + c])) best = i;
        if (fabs(system[best * wide + c]) < 1e-12) return 0;
        if (best != c)
            for (int j = c; j <= size; j++) {
                const double kept = system[c * wide + j];
                system[c * wide + j] = system[best * wide + j];
                system[best * wide + j] = kept;
            }
        const double inverse = 1.0 / system[c * wide + c];
        for (int i = c + 1; i < size; i++) {
            const double factor = system[i * wide + c] * inverse;
            for (int j = c + 1; j <= size; j++) system[i * wide + j] -= factor * system[c * wide + j];
        }
    }
    mixture[size] = 1.0;
    for (int i = size - 1; i >= 0; i--) {
        double value = system[i * wide + size];
        for (int j = i + 1; j < size; j++) value -= system[i * wide + j] * mixture[j];
        mixture[i] = value / system[i * wide + i];
        mixture[size] -= mixture[i];
    }
    mixture[k] = 0.0;
    for (int j = 0; j < k; j++) mixture[k] += first[columns[j]] * mixture[j];
    return 1;
}

/* Whether some mixture y on `columns` makes exactly `rows` best replies: 1 if so, 0 if not, TIED where that is not clear.
   matrix[m][n] between 1/8 and 9/8; y[k] and its value are written down. */
static int answered_by(const double *matrix, int64_t m, int64_t n, const int *rows, const int *columns, int k, double tie,
                       double *y) {
    if (!indifferent(matrix, n, rows, columns, k, y)) return TIED;
    int clear = 1;
    for (int j = 0; j < k; j++) {
        if (y[j] < -tie) return 0;
        clear &= y[j] > tie;
    }
    for (int64_t i = 0, next = 0; i < m; i++) {
        if (next < k && rows[next] == i) {
            next++;
            continue;
        }
        double worth = 0.0;
        for (int j = 0; j < k; j++) worth += matrix[i * n + columns[j]] * y[j];
        if (worth > y[k] + tie) return 0;
        clear &= worth < y[k] - tie;
    }
    return clear ? 1 : TIED;
}

/* Payoffs shifted and scaled to lie between 1/8 and 9/8: no equilibrium changes. What is no more than `rounding`, relatively,
   is no difference. to[j][i] = from[i][j] if transposed. */
static void made_positive(const double *from, double *to, int64_t m, int64_t n, int transposed, double rounding) {
    double least = from[0], most = from[0];
    for (int64_t k = 1; k < m * n; k++) {
        least = from[k] < least ? from[k] : least;
        most = from[k] > most ? from[k] : most;
    }
    const double span = most - least;
    const int same = span <= rounding * (fabs(least) > fabs(most) ? fabs(least) : fabs(most));
    for (int64_t i = 0; i < m; i++)
        for (int64_t j = 0; j < n; j++)
            to[transposed ? j * m + i : i * n + j] = (same ? 0.0 : (from[i * n + j] - least) / span) + 0.125;
}

/* All equilibria of `games` nondegenerate bimatrix games, payoffs a, b [game][m][n], m + n <= 64, m, n <= 32: the vertices x of
   {x >= 0 : B'x <= 1}, each with the one y that makes the rows it plays best replies and plays its best replies, if there is one.
   x[equilibrium][m], y[equilibrium][n], and of[equilibrium], the game. status[game] = equilibria found, or a negative reason.
   Returns the number of equilibria, or FULL where they do not fit in `capacity`. masks has room for `most`. */
int64_t bimatrix_equilibria(const double *a, const double *b, int64_t games, int64_t m, int64_t n, uint64_t *masks,
                            int64_t most, double tie, double rounding, double *x, double *y, int64_t *of,
                            int64_t capacity, int64_t *status) {
    Queue queue;
    Seen seen;
    int64_t total = 0;
    const int ready = opened(&queue, &seen, n, m);
    for (int64_t g = 0; g < games && total >= 0; g++) {
        double by_columns[32 * 32], by_rows[32 * 32];
        if (!ready) {
            status[g] = NO_MEMORY;
            continue;
        }
        made_positive(b + g * m * n, by_columns, m, n, 1, rounding);
        made_positive(a + g * m * n, by_rows, m, n, 0, rounding);
        emptied(&seen);
        const int64_t found = walk(by_columns, n, m, masks, most, tie, &queue, &seen);
        status[g] = found < 0 ? found : 0;
        for (int64_t v = 0; v < found && status[g] >= 0; v++) {
            /* labels at x: rows unplayed, then columns that are best replies: as many as rows are played */
            int rows[32], columns[32], played = 0, answered = 0;
            for (int i = 0; i < m; i++)
                if (!(masks[v] >> i & 1)) rows[played++] = i;
            for (int j = 0; j < n; j++)
                if (masks[v] >> (m + j) & 1) columns[answered++] = j;
            double mixture[33], reply[33];
            const int verdict = answered_by(by_rows, m, n, rows, columns, played, tie, reply);
            if (verdict == 0) continue;
            if (verdict == TIED || !indifferent(by_columns, m, columns, rows, played, mixture)) {
                status[g] = TIED;
                continue;
            }
            if (total == capacity) {
                total = FULL;
                break;
            }
            memset(x + total * m, 0, (size_t)m * sizeof(double)), memset(y + total * n, 0, (size_t)n * sizeof(double));
            for (int i = 0; i < played; i++) x[total * m + rows[i]] = mixture[i], y[total * n + columns[i]] = reply[i];
            of[total++] = g;
            status[g]++;
        }
    }
    closed(&queue, &seen);
    return total;
}
