/* Menus for two bidders and two items: how many types pick what, and whether two cells conflict.

   Twins in NumPy: mechanisms/compatible/raising.py (Sample.counts) and conflicts.py (among), which say the idea. */

#include <stdint.h>

#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define MIN(a, b) ((a) < (b) ? (a) : (b))

/* own[own, 3]: values of the options; price[menus, 3]. counts[menus, 3]: how many pick each; the first of equals, nothing before all. */
void compatible_counts(const double *own, int64_t draws, const double *price, int64_t menus, int64_t *counts) {
    for (int64_t m = 0; m < menus; m++) {
        double p0 = price[3 * m], p1 = price[3 * m + 1], p2 = price[3 * m + 2];
        int64_t c0 = 0, c1 = 0, c2 = 0;
        for (int64_t k = 0; k < draws; k++) {
            double a = own[3 * k] - p0, b = own[3 * k + 1] - p1, c = own[3 * k + 2] - p2;
            double best = a > 0 ? a : 0;
            double top = b > best ? b : best;
            int64_t third = c > top, second = (b > best) & !third, first = (a > 0) & !third & !(b > best);
            c0 += first;
            c1 += second;
            c2 += third;
        }
        counts[3 * m] = c0, counts[3 * m + 1] = c1, counts[3 * m + 2] = c2;
    }
}

/* Bounds [option, 8] on z where each is picked. */
static void picks(const int64_t *e, int64_t far, int64_t out[3][8]) {
    int64_t a = e[0], b = e[1], c = e[2];
    int64_t made[3][8] = {{a, far, -far, c - a, -far, far, a - b, far},
                          {-far, c - b, b, far, -far, far, -far, a - b},
                          {c - b, far, c - a, far, c, far, -far, far}};
    for (int s = 0; s < 3; s++)
        for (int k = 0; k < 8; k++) out[s][k] = made[s][k];
}

static int meet(const int64_t *a, const int64_t *b, const int64_t *box) {
    int64_t l1 = MAX(MAX(a[0], -b[1]), box[0]), u1 = MIN(MIN(a[1], -b[0]), box[1]);
    if (l1 >= u1) return 0;
    int64_t l2 = MAX(MAX(a[2], -b[3]), box[2]), u2 = MIN(MIN(a[3], -b[2]), box[3]);
    if (l2 >= u2) return 0;
    int64_t ls = MAX(a[4], -b[5]), us = MIN(a[5], -b[4]), ld = MAX(a[6], -b[7]), ud = MIN(a[7], -b[6]);
    int64_t low = MAX(MAX(2 * l1, 2 * (l2 + ld)), MAX(2 * (ls - u2), ls + ld));
    int64_t high = MIN(MIN(2 * u1, 2 * (us - l2)), MIN(2 * (u2 + ud), us + ud));
    return ls < us && ld < ud && low < high;
}

/* Whether the menu `mine`[option], in the cell of the other with these ends (from, to)[item], conflicts with one of
   theirs[cell, option], where own types lie in low[cell, item] to high[cell, item]. */
int64_t compatible_conflict(const int64_t *mine, const int64_t *ends, const int64_t *theirs, const int64_t *low,
                            const int64_t *high, int64_t cells, int64_t far) {
    int64_t first[3][8], second[3][8];
    picks(mine, far, first);
    for (int64_t c = 0; c < cells; c++) {
        int64_t box[4] = {low[2 * c] - ends[2], high[2 * c] - ends[0], low[2 * c + 1] - ends[3], high[2 * c + 1] - ends[1]};
        picks(theirs + 3 * c, far, second);
        for (int s = 0; s < 3; s++)
            for (int t = 0; t < 3; t++)
                if (s + t != 1 && meet(first[s], second[t], box)) return 1; /* {1} and {2} share nothing */
    }
    return 0;
}
