#include "cmariadb.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

/* Numbers of `enum mysql_option` in mysql.h. */
enum {
    option_connect_timeout = 0,
    option_read_default_file = 4,
    option_charset_name = 7,
    /* These two are MariaDB's own. */
    option_verify_server = 21,
    option_tls = 38
};

/* MYSQL_FIELD of mysql.h, as it is in both libraries. */
struct field {
    const char *name, *org_name, *table, *org_table, *db, *catalog, *def;
    unsigned long length, max_length;
    unsigned int name_length, org_name_length, table_length, org_table_length, db_length, catalog_length, def_length;
    unsigned int flags, decimals, charset;
    int type;
};

/* Numbers of `enum enum_field_types` there. */
enum { type_decimal = 0, type_longlong = 8, type_newdecimal = 246 };

static struct {
    int (*server_init)(int, char **, char **);
    void *(*init)(void *);
    int (*options)(void *, int, const void *);
    void *(*real_connect)(void *, const char *, const char *, const char *, const char *, unsigned int, const char *,
                          unsigned long);
    int (*real_query)(void *, const char *, unsigned long);
    void *(*use_result)(void *);
    unsigned int (*num_fields)(void *);
    const struct field *(*fetch_field)(void *, unsigned int);
    char **(*fetch_row)(void *);
    unsigned long *(*fetch_lengths)(void *);
    void (*free_result)(void *);
    unsigned int (*error_code)(void *);
    const char *(*error_text)(void *);
    const char *(*cipher)(void *);
    void (*close)(void *);
} library;

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static int is_loaded, is_mariadb;

static const char *const names[] = {"libmariadb.so.3", "libmysqlclient.so.21", "libmariadb.3.dylib"};

static int fill(void *handle, char *message, size_t size) {
    const struct { const char *name; void *place; } symbols[] = {
        {"mysql_server_init", &library.server_init}, {"mysql_init", &library.init},
        {"mysql_options", &library.options}, {"mysql_real_connect", &library.real_connect},
        {"mysql_real_query", &library.real_query}, {"mysql_use_result", &library.use_result},
        {"mysql_num_fields", &library.num_fields}, {"mysql_fetch_field_direct", &library.fetch_field},
        {"mysql_fetch_row", &library.fetch_row}, {"mysql_fetch_lengths", &library.fetch_lengths},
        {"mysql_free_result", &library.free_result}, {"mysql_errno", &library.error_code},
        {"mysql_error", &library.error_text}, {"mysql_get_ssl_cipher", &library.cipher},
        {"mysql_close", &library.close},
    };
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
        void *found = dlsym(handle, symbols[i].name);
        if (!found) {
            snprintf(message, size, "it lacks %s", symbols[i].name);
            return -1;
        }
        memcpy(symbols[i].place, &found, sizeof found);
    }
    /* Must not run on two threads at once, as it would inside of the first mysql_init. */
    return library.server_init(0, NULL, NULL) ? -1 : 0;
}

int cmariadb_load(char *message, size_t size) {
    pthread_mutex_lock(&guard);
    for (size_t i = 0; !is_loaded && i < sizeof names / sizeof *names; i++) {
        void *handle = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
        if (handle) {
            is_loaded = fill(handle, message, size) == 0;
            is_mariadb = i != 1;
            if (!is_loaded) dlclose(handle);
            break;
        }
        if (i == 0) snprintf(message, size, "%s", dlerror());
    }
    int result = is_loaded ? 0 : -1;
    pthread_mutex_unlock(&guard);
    return result;
}

void *cmariadb_connect(const struct cmariadb_options *options, char *message, size_t size, unsigned int *code) {
    void *connection = library.init(NULL);
    if (!connection) {
        snprintf(message, size, "out of memory");
        *code = 0;
        return NULL;
    }
    if (options->option_file) library.options(connection, option_read_default_file, options->option_file);
    if (options->connect_timeout) library.options(connection, option_connect_timeout, &options->connect_timeout);
    if (is_mariadb) {
        /* TLS where the server offers it. MySQL's library does that by itself. */
        const char on = 1, wanted = !options->refuses_tls;
        library.options(connection, option_tls, &wanted);
        if (options->needs_tls) library.options(connection, option_verify_server, &on);
    }
    /* Bytes come as they are stored, whatever the server thinks they are. */
    library.options(connection, option_charset_name, "binary");
    if (library.real_connect(connection, options->host, options->user, NULL, options->database, options->port,
                             options->socket, 0))
        return connection;
    snprintf(message, size, "%s", library.error_text(connection));
    *code = library.error_code(connection);
    library.close(connection);
    return NULL;
}

int cmariadb_query(void *connection, const char *sql, size_t length) {
    return library.real_query(connection, sql, length);
}

void *cmariadb_rows(void *connection) { return library.use_result(connection); }

int cmariadb_next(void *connection, void *rows, const char *const **fields, const unsigned long **lengths) {
    char **row = library.fetch_row(rows);
    if (!row) return library.error_code(connection) ? -1 : 0;
    *fields = (const char *const *)row;
    *lengths = library.fetch_lengths(rows);
    return 1;
}

struct cmariadb_field cmariadb_field(void *rows, unsigned int place) {
    const struct field *found = library.fetch_field(rows, place);
    return (struct cmariadb_field){
        .name = found->org_name && *found->org_name ? found->org_name : found->name,
        .table = found->org_table ? found->org_table : "",
        .is_wide = found->type == type_longlong || found->type == type_decimal || found->type == type_newdecimal,
    };
}

unsigned int cmariadb_width(void *rows) { return library.num_fields(rows); }
void cmariadb_free(void *rows) { library.free_result(rows); }
unsigned int cmariadb_error_code(void *connection) { return library.error_code(connection); }
const char *cmariadb_error_text(void *connection) { return library.error_text(connection); }
const char *cmariadb_cipher(void *connection) { return library.cipher(connection); }
void cmariadb_close(void *connection) { library.close(connection); }
