/* libcurl, loaded when it is needed first: a machine without it builds and runs everything else. No header of that library
   is needed either; what is declared here has been part of its interface since version 7.28 (2012). No logic lives here. */
#ifndef CCURL_H
#define CCURL_H

#include <stddef.h>

/* Loads the library. 0 when it is there; else -1, with the reason in `message`. May be called often, from any thread. */
int ccurl_load(char *message, size_t size);

/* What to ask for. */
struct ccurl_request {
    const char *url;
    const char *user_agent;
    /* As in the Range field, without `bytes=`: "0-99". Empty for everything. */
    const char *range;
    /* Seconds. A transfer that moves nothing for `silence` seconds has failed. */
    long connect_limit, silence, redirect_limit;
};

/* A connection, which can be used for one request after another. NULL if there is no memory. */
void *ccurl_new(void);
void ccurl_free(void *connection);

/* Begins a request; a former one is given up. 0 if it could be begun. */
int ccurl_begin(void *connection, const struct ccurl_request *request);

/* Waits at most `milliseconds` for something to come, and takes what has come. More than 0: so many bytes are in the buffer.
   0: nothing yet. -1: the answer has ended. -2: it failed, see ccurl_error. */
long ccurl_pull(void *connection, unsigned char *buffer, size_t capacity, int milliseconds);

/* The number of the error as libcurl counts, and what it says. */
int ccurl_error(void *connection);
const char *ccurl_error_text(void *connection);

/* The status of the last answer, such as 200; 0 if there is none. Once it is not 0 and ccurl_has_header says so, the fields
   are there. */
long ccurl_status(void *connection);
/* Whether the header of the last answer has come as a whole. */
int ccurl_has_header(void *connection);
/* The fields of the last answer, one in a line, as they came. */
const char *ccurl_header(void *connection);
/* The address that answered, after redirects. */
const char *ccurl_address(void *connection);

#endif
