extension BuiltInTemplate {
    static let siteIndex = BuiltInTemplate(
        name: "download-index", fileName: "download-index.html",
        text: """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <title>{{title}}</title>
            {{>head}}
            </head>
            <body>
            <a class="skip" href="#wikis">Skip to the wikis</a>
            <header>
            <h1>{{title}}</h1>
            <div data-live="summary">
            <p class="lead" role="status">{{status}}</p>
            <p class="muted">{{summary}}</p>
            </div>
            </header>
            <main>
            <p class="links">
            <span>Also view sorted by <a href="{{otherIndex}}">{{otherOrder}}</a></span>
            <a href="status.json">Status as JSON</a>
            <a href="index.json">All files as JSON</a>
            </p>
            <form class="tools" role="search" aria-label="Wikis" hidden>
            <label>Search <input type="search" name="q" autocomplete="off" spellcheck="false"></label>
            <label>Show <select name="show"><option value="">all</option><option value="failed">failed</option>\
            <option value="late">late</option><option value="in-progress">in progress</option>\
            <option value="partial-dump">partial</option></select></label>
            <label>Language <select name="language"><option value="">all</option></select></label>
            <label>Project <select name="project"><option value="">all</option></select></label>
            <label>Sort by <select name="sort"><option value="">{{order}}</option><option value="name">name</option>\
            <option value="age">age, oldest first</option><option value="size">size, largest first</option>\
            <option value="state">state, worst first</option></select></label>
            <button type="reset">Reset</button>
            <span id="shown" role="status"></span>
            </form>
            {{#hasWikis}}
            <table class="wikis" id="wikis" data-late="{{lateAfter}}">
            <caption>The newest run of each wiki, and its newest complete run</caption>
            <thead><tr><th scope="col"><span data-sort="name">Wiki</span> and <span data-sort="state">state</span></th>\
            <th scope="col"><span data-sort="age">Complete</span></th><th scope="col"><span data-sort="size">Size</span></th>\
            </tr></thead>
            <tbody data-live="wikis">
            {{#wikis}}
            {{>wiki-row}}
            {{/wikis}}
            </tbody>
            </table>
            {{/hasWikis}}
            {{^hasWikis}}
            <p class="empty" id="wikis">There are no wikis in the list.</p>
            {{/hasWikis}}
            </main>
            {{>footer}}
            </body>
            </html>

            """)

    /// A wiki on the index. Programs look for the link, the colon and the state, with nothing else between them.
    static let wikiRow = BuiltInTemplate(
        name: "wiki-row", fileName: "wiki-row.html",
        text: """
            <tr{{#isPrivate}} class="private"{{/isPrivate}}><th scope="row"><div>\
            {{#links}}<a href="{{href}}">{{db}}</a>{{/links}}{{^links}}{{db}}{{/links}}{{#note}} ({{.}}){{/note}}: \
            <span class='{{statusClass}}'>{{statusText}}</span>{{#remarks}}<small>{{.}}</small>{{/remarks}}\
            {{#hasActiveJobs}}<ul>{{#activeJobs}}<li>{{title}}{{#progress}} <span class='progress'>{{.}}</span>{{/progress}}\
            </li>{{/activeJobs}}</ul>{{/hasActiveJobs}}</div></th>\
            <td>{{#complete}}<time>{{ended}}</time>{{/complete}}</td>\
            <td>{{#complete}}{{size}}{{/complete}}</td></tr>

            """)
}
