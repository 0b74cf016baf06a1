/* The client library of MariaDB, loaded when it is needed first: a machine without it builds and runs everything
   else. No header of that library is needed either; what is declared here has been part of its interface for as long
   as there are versions 3.x. No logic lives here. */
#ifndef CMARIADB_H
#define CMARIADB_H

#include <stddef.h>

/* Loads the library. 0 when it is there; else -1, with the reason in `message`. May be called often, from any thread. */
int cmariadb_load(char *message, size_t size);

/* Where to connect to. NULL and 0 leave a thing to the option file and the defaults of the library. */
struct cmariadb_options {
    const char *option_file;
    const char *host;
    const char *user;
    const char *socket;
    const char *database;
    unsigned int port;
    unsigned int connect_timeout;
    /* Whether a server without TLS is refused, as one whose certificate is not known. */
    int needs_tls;
    /* Whether TLS is not used, also where the server offers it. */
    int refuses_tls;
};

/* Connects. NULL on failure, with the reason in `message` and the number of the error in `code`. */
void *cmariadb_connect(const struct cmariadb_options *options, char *message, size_t size, unsigned int *code);

/* Runs a statement. 0 if it did well. */
int cmariadb_query(void *connection, const char *sql, size_t length);

/* The rows of the statement, which come one by one. NULL if there are none, or on failure. */
void *cmariadb_rows(void *connection);

/* How many fields a row has. */
unsigned int cmariadb_width(void *rows);

/* What is known of a field of the rows, as long as they are open. A field that is computed has no table. */
struct cmariadb_field {
    const char *name;
    const char *table;
    /* Whether it is a number that may need more than 64 bits with a sign. */
    int is_wide;
};

struct cmariadb_field cmariadb_field(void *rows, unsigned int place);

/* The next row. 1 if there is one, 0 at the end, -1 on failure. A field that is NULL has no pointer. */
int cmariadb_next(void *connection, void *rows, const char *const **fields, const unsigned long **lengths);

/* Gives rows up; those that have not come are read and dropped. */
void cmariadb_free(void *rows);

unsigned int cmariadb_error_code(void *connection);
const char *cmariadb_error_text(void *connection);
/* How the connection is encrypted; NULL if it is not. */
const char *cmariadb_cipher(void *connection);
void cmariadb_close(void *connection);

#endif
