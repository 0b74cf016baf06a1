#include "ccurl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Numbers of curl.h. They are part of the binary interface and never change. */
enum {
    option_write_data = 10001,
    option_url = 10002,
    option_range = 10007,
    option_error_buffer = 10010,
    option_user_agent = 10018,
    option_low_speed_limit = 19,
    option_low_speed_time = 20,
    option_header_data = 10029,
    option_follow = 52,
    option_max_redirects = 68,
    option_connect_timeout = 78,
    option_no_signal = 99,
    option_protocols = 181,
    option_redirect_protocols = 182,
    option_suppress_connect_headers = 265,
    option_write_function = 20011,
    option_header_function = 20079,
    protocols_web = 1 | 2,
    info_address = 0x100001,
    info_status = 0x200002,
    message_done = 1,
    global_all = 3,
    error_size = 256
};

/* CURLMsg of multi.h. */
struct message {
    int kind;
    void *easy;
    union {
        void *whatever;
        int result;
    } data;
};

static struct {
    int (*global_init)(long);
    void *(*easy_init)(void);
    int (*setopt)(void *, int, ...);
    int (*getinfo)(void *, int, ...);
    void (*reset)(void *);
    void (*easy_cleanup)(void *);
    const char *(*easy_strerror)(int);
    void *(*multi_init)(void);
    int (*multi_add)(void *, void *);
    int (*multi_remove)(void *, void *);
    int (*multi_perform)(void *, int *);
    int (*multi_wait)(void *, void *, unsigned int, int, int *);
    struct message *(*multi_read)(void *, int *);
    int (*multi_cleanup)(void *);
} library;

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static int is_loaded;

static const char *const names[] = {
    "libcurl.so.4", "libcurl-gnutls.so.4", "libcurl-nss.so.4", "/usr/lib/libcurl.4.dylib"};

static int fill(void *handle, char *message, size_t size) {
    const struct { const char *name; void *place; } symbols[] = {
        {"curl_global_init", &library.global_init}, {"curl_easy_init", &library.easy_init},
        {"curl_easy_setopt", &library.setopt}, {"curl_easy_getinfo", &library.getinfo},
        {"curl_easy_reset", &library.reset}, {"curl_easy_cleanup", &library.easy_cleanup},
        {"curl_easy_strerror", &library.easy_strerror}, {"curl_multi_init", &library.multi_init},
        {"curl_multi_add_handle", &library.multi_add}, {"curl_multi_remove_handle", &library.multi_remove},
        {"curl_multi_perform", &library.multi_perform}, {"curl_multi_wait", &library.multi_wait},
        {"curl_multi_info_read", &library.multi_read}, {"curl_multi_cleanup", &library.multi_cleanup},
    };
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
        void *found = dlsym(handle, symbols[i].name);
        if (!found) {
            snprintf(message, size, "it lacks %s", symbols[i].name);
            return -1;
        }
        memcpy(symbols[i].place, &found, sizeof found);
    }
    /* Must not run on two threads at once, as it would inside of the first curl_easy_init. */
    if (!library.global_init(global_all)) return 0;
    snprintf(message, size, "it cannot be initialised");
    return -1;
}

int ccurl_load(char *message, size_t size) {
    pthread_mutex_lock(&guard);
    for (size_t i = 0; !is_loaded && i < sizeof names / sizeof *names; i++) {
        void *handle = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
        if (handle) {
            is_loaded = fill(handle, message, size) == 0;
            if (!is_loaded) dlclose(handle);
            break;
        }
        if (i == 0) snprintf(message, size, "%s", dlerror());
    }
    int result = is_loaded ? 0 : -1;
    pthread_mutex_unlock(&guard);
    return result;
}

/* Bytes that came and were not taken yet. */
struct bytes {
    unsigned char *start;
    size_t from, count, capacity;
};

struct connection {
    void *easy, *multi;
    struct bytes body, header;
    int is_added, is_running, has_header, result;
    char error[error_size];
};

static int keep(struct bytes *bytes, const void *more, size_t count) {
    if (bytes->from > 0 && bytes->from == bytes->count) bytes->from = bytes->count = 0;
    if (bytes->count + count + 1 > bytes->capacity) {
        size_t capacity = (bytes->count + count + 1) * 2;
        unsigned char *start = realloc(bytes->start, capacity);
        if (!start) return -1;
        bytes->start = start;
        bytes->capacity = capacity;
    }
    memcpy(bytes->start + bytes->count, more, count);
    bytes->count += count;
    bytes->start[bytes->count] = 0;
    return 0;
}

static size_t write_body(char *data, size_t size, size_t count, void *of) {
    struct connection *c = of;
    return keep(&c->body, data, size * count) ? 0 : size * count;
}

static size_t write_header(char *data, size_t size, size_t count, void *of) {
    struct connection *c = of;
    size_t length = size * count;
    /* Each answer, also one that only leads elsewhere, begins with a line of its own. */
    if (length > 5 && !memcmp(data, "HTTP/", 5)) c->header.count = c->header.from = c->has_header = 0;
    if (length <= 2) c->has_header = 1;
    return keep(&c->header, data, length) ? 0 : length;
}

void *ccurl_new(void) {
    struct connection *c = calloc(1, sizeof *c);
    if (!c) return NULL;
    c->easy = library.easy_init();
    c->multi = library.multi_init();
    if (c->easy && c->multi) return c;
    ccurl_free(c);
    return NULL;
}

static void give_up(struct connection *c) {
    if (c->is_added) library.multi_remove(c->multi, c->easy);
    c->is_added = c->is_running = 0;
}

void ccurl_free(void *connection) {
    struct connection *c = connection;
    if (c->easy && c->multi) give_up(c);
    if (c->easy) library.easy_cleanup(c->easy);
    if (c->multi) library.multi_cleanup(c->multi);
    free(c->body.start);
    free(c->header.start);
    free(c);
}

int ccurl_begin(void *connection, const struct ccurl_request *request) {
    struct connection *c = connection;
    give_up(c);
    library.reset(c->easy);
    c->body.from = c->body.count = c->header.from = c->header.count = 0;
    c->has_header = c->result = 0;
    c->error[0] = 0;
    int failed = library.setopt(c->easy, option_url, request->url);
    failed |= library.setopt(c->easy, option_user_agent, request->user_agent);
    failed |= library.setopt(c->easy, option_range, request->range[0] ? request->range : NULL);
    failed |= library.setopt(c->easy, option_error_buffer, c->error);
    failed |= library.setopt(c->easy, option_write_function, write_body);
    failed |= library.setopt(c->easy, option_write_data, c);
    failed |= library.setopt(c->easy, option_header_function, write_header);
    failed |= library.setopt(c->easy, option_header_data, c);
    failed |= library.setopt(c->easy, option_no_signal, 1L);
    failed |= library.setopt(c->easy, option_follow, 1L);
    failed |= library.setopt(c->easy, option_max_redirects, request->redirect_limit);
    failed |= library.setopt(c->easy, option_connect_timeout, request->connect_limit);
    failed |= library.setopt(c->easy, option_low_speed_limit, 1L);
    failed |= library.setopt(c->easy, option_low_speed_time, request->silence);
    failed |= library.setopt(c->easy, option_protocols, (long)protocols_web);
    failed |= library.setopt(c->easy, option_redirect_protocols, (long)protocols_web);
    /* Only newer versions know this one. */
    library.setopt(c->easy, option_suppress_connect_headers, 1L);
    if (failed || library.multi_add(c->multi, c->easy)) return -1;
    c->is_added = c->is_running = 1;
    return 0;
}

long ccurl_pull(void *connection, unsigned char *buffer, size_t capacity, int milliseconds) {
    struct connection *c = connection;
    if (c->is_running && c->body.from == c->body.count) {
        int running = 0, ready = 0, left = 0;
        if (library.multi_perform(c->multi, &running)) return -2;
        if (running && c->body.from == c->body.count) {
            library.multi_wait(c->multi, NULL, 0, milliseconds, &ready);
            if (library.multi_perform(c->multi, &running)) return -2;
        }
        for (struct message *m = library.multi_read(c->multi, &left); m; m = library.multi_read(c->multi, &left)) {
            if (m->kind != message_done) continue;
            c->is_running = 0;
            c->result = m->data.result;
        }
    }
    size_t count = c->body.count - c->body.from;
    if (count > capacity) count = capacity;
    if (count) {
        memcpy(buffer, c->body.start + c->body.from, count);
        c->body.from += count;
        return (long)count;
    }
    if (c->is_running) return 0;
    return c->result ? -2 : -1;
}

int ccurl_error(void *connection) { return ((struct connection *)connection)->result; }

const char *ccurl_error_text(void *connection) {
    struct connection *c = connection;
    return c->error[0] ? c->error : library.easy_strerror(c->result);
}

long ccurl_status(void *connection) {
    long status = 0;
    library.getinfo(((struct connection *)connection)->easy, info_status, &status);
    return status;
}

int ccurl_has_header(void *connection) { return ((struct connection *)connection)->has_header; }

const char *ccurl_header(void *connection) {
    struct connection *c = connection;
    return c->header.start && c->header.count ? (const char *)c->header.start : "";
}

const char *ccurl_address(void *connection) {
    char *address = NULL;
    library.getinfo(((struct connection *)connection)->easy, info_address, &address);
    return address ? address : "";
}
