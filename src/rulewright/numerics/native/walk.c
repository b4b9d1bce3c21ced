/* A birth–death process by events, with the steps at which nothing happens counted, not drawn: society/finite/events.py. */
#include <stdint.h>

/* logs[event] of uniform draws; ways[event] of 31 bits; pace, rises, spent[i]; state: i, steps left, events so far. */
void walk(int64_t length, const double *restrict logs, const int64_t *restrict ways, const double *restrict pace,
          const int64_t *restrict rises, int64_t *restrict spent, int64_t *restrict state) {
    int64_t i = state[0], left = state[1], events = state[2];
    for (int64_t k = 0; k < length && left > 0; k++) {
        const double wait = logs[k] * pace[i];
        if (wait >= (double)left) {
            spent[i] += left;
            left = 0;
            break;
        }
        const int64_t stay = (int64_t)wait + 1;
        spent[i] += stay;
        left -= stay;
        i += ways[k] < rises[i] ? 1 : -1;
        events++;
    }
    state[0] = i; state[1] = left; state[2] = events;
}
