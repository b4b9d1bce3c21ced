/* Members of groups who learn whether rules are enforced, event by event: integers only, so that every machine counts the same.

   Twin in NumPy: society/silly/groups.py, which says the model. Draws are those of counter.h: key = (seed, group), index = member,
   step = event. Members 2j and 2j+1 share a block and lie in two arrays, so that eight or sixteen blocks go side by side. */

#include <stdlib.h>
#include "counter.h"

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
#define WIDE __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define WIDE
#endif


/* Status of a member: 0 gone, 1 there but abstaining, 2 taking part. */
typedef struct {
    int32_t there, took, hits;
} Count;

/* One event for all pairs of members. least: 1 where all who are there see it, 2 where those who take part do. */
WIDE static Count event(uint32_t seed, uint32_t group, uint32_t step, uint32_t bar, int32_t least, int32_t last,
                        const int64_t *restrict stays, const int64_t *restrict joins, int64_t pairs, int32_t *restrict x0,
                        int32_t *restrict n0, int32_t *restrict s0, int32_t *restrict x1, int32_t *restrict n1,
                        int32_t *restrict s1) {
    int32_t there = 0, took = 0, hits = 0;
    for (int64_t j = 0; j < pairs; j++) {
        uint32_t a = (uint32_t)j, b = step;
        threefry(seed, group, &a, &b);
        int32_t sees0 = s0[j] >= least, sees1 = s1[j] >= least;
        int32_t hit0 = sees0 & ((a >> 1) < bar), hit1 = sees1 & ((b >> 1) < bar);
        took += sees0 + sees1;
        hits += hit0 + hit1;
        int32_t more0 = n0[j] < last, more1 = n1[j] < last; /* who has seen all that it will believes on */
        n0[j] += sees0 & more0, x0[j] += hit0 & more0;
        n1[j] += sees1 & more1, x1[j] += hit1 & more1;
        int32_t here0 = (s0[j] > 0) & (x0[j] >= stays[n0[j]]), here1 = (s1[j] > 0) & (x1[j] >= stays[n1[j]]);
        s0[j] = here0 + (here0 & (x0[j] >= joins[n0[j]]));
        s1[j] = here1 + (here1 & (x1[j] >= joins[n1[j]]));
        there += here0 + here1;
    }
    Count found = {there, took, hits};
    return found;
}

/* Groups first..first+groups−1. kinds[group, event]: 0 important, 1 silly; bars[group, 2]: chance of a punishment
   before and from event `change` on; stays, joins [1 + last]. Adds to by_event[event, (there, took part, punished, silly)] and
   by_group[group, (there, took part, punished, unpunished, silly)], which come as zeros. Returns 0, or 1 for want of memory. */
int64_t silly_groups(int64_t seed, int64_t first, int64_t groups, int64_t members, int64_t events, const uint8_t *kinds,
                     const int64_t *bars, int64_t change, int64_t last, const int64_t *stays, const int64_t *joins,
                     int64_t *by_event, int64_t *by_group) {
    const int64_t pairs = (members + 1) / 2;
    int32_t *space = malloc(sizeof(int32_t) * 6 * (size_t)pairs);
    if (!space) return 1;
    int32_t *x0 = space, *n0 = x0 + pairs, *s0 = n0 + pairs, *x1 = s0 + pairs, *n1 = x1 + pairs, *s1 = n1 + pairs;
    const int32_t start = stays[0] <= 0 ? 1 + (joins[0] <= 0) : 0;
    for (int64_t g = 0; g < groups; g++) {
        for (int64_t j = 0; j < pairs; j++) x0[j] = n0[j] = x1[j] = n1[j] = 0, s0[j] = s1[j] = start;
        if (members % 2) s1[pairs - 1] = 0;
        int64_t *sums = by_group + 5 * g, there = start ? members : 0;
        for (int64_t e = 0; e < events && there; e++) {
            const int64_t silly = kinds[g * events + e];
            const Count found = event((uint32_t)seed, (uint32_t)(first + g), (uint32_t)e, (uint32_t)bars[2 * g + (e >= change)],
                                      silly ? 1 : 2, (int32_t)last, stays, joins, pairs, x0, n0, s0, x1, n1, s1);
            there = found.there;
            int64_t *sum = by_event + 4 * e;
            sum[0] += there;
            if (silly)
                sum[3] += found.took, sums[4] += found.took;
            else {
                sum[1] += found.took, sum[2] += found.hits;
                sums[1] += found.took, sums[2] += found.hits, sums[3] += found.took - found.hits;
            }
        }
        sums[0] = there;
    }
    free(space);
    return 0;
}
