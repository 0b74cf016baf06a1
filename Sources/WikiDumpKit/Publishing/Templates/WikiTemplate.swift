extension BuiltInTemplate {
    /// The page of a wiki: all of its runs.
    static let wiki = BuiltInTemplate(
        name: "wiki", fileName: "wiki.html",
        text: """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <title>Dumps of {{db}}</title>
            {{>head}}
            </head>
            <body>
            <a class="skip" href="#content">Skip to the content</a>
            <header>
            {{#siteIndex}}
            <nav class="up" aria-label="Other dumps"><a href="{{.}}">All dumps</a></nav>
            {{/siteIndex}}
            <h1>Dumps of {{db}}</h1>
            {{#isPrivate}}
            <p class="muted">Private data. Nothing of this wiki is published.</p>
            {{/isPrivate}}
            {{#isClosed}}
            <p class="muted">This wiki is closed.</p>
            {{/isClosed}}
            </header>
            <main id="content">
            <section aria-labelledby="newest">
            <h2 id="newest">Newest complete run</h2>
            {{#newest}}
            <p class="lead"><a href="{{href}}">{{dashedDate}}</a>, complete since \
            <time datetime="{{iso}}" data-age>{{updated}} UTC</time>. {{files}}, {{size}}.</p>
            <p class="muted">Links that always lead to the files of the newest complete run are in <a href="latest/">latest</a>.</p>
            {{/newest}}
            {{^hasNewest}}
            <p>There is no complete run yet.</p>
            {{/hasNewest}}
            </section>
            {{#hasCharts}}
            <section aria-labelledby="history">
            <h2 id="history">Over time</h2>
            <div class="charts">
            {{#charts}}
            {{>chart}}
            {{/charts}}
            </div>
            </section>
            {{/hasCharts}}
            <section aria-labelledby="runs">
            <h2 id="runs">All runs</h2>
            <table class="runs">
            <caption>All runs that are stored, the newest first</caption>
            <thead><tr><th scope="col">Run</th><th scope="col">State</th><th scope="col">Size</th>\
            <th scope="col">Pages</th><th scope="col">Revisions</th><th scope="col">Time taken</th></tr></thead>
            <tbody>
            {{#runs}}
            <tr><th scope="row"><a href="{{href}}">{{dashedDate}}</a></th>\
            <td data-label="State" class="state"><span class='{{statusClass}}'>{{statusText}}</span>\
            {{#remarks}} <small>{{.}}</small>{{/remarks}}</td>\
            <td data-label="Size">{{size}}</td><td data-label="Pages">{{pages}}</td>\
            <td data-label="Revisions">{{revisions}}</td><td data-label="Time taken">{{duration}}</td></tr>
            {{/runs}}
            </tbody>
            </table>
            </section>
            </main>
            {{>footer}}
            </body>
            </html>

            """)

    /// A small chart of one value over the complete runs.
    static let chart = BuiltInTemplate(
        name: "chart", fileName: "chart.html",
        text: """
            <figure>
            <figcaption>{{title}} <span class="muted">{{first}}{{#isChanged}} to {{last}}{{/isChanged}}</span></figcaption>
            <svg viewBox="0 0 240 64" role="img" aria-label="{{description}}">
            <polyline points="{{points}}"></polyline>
            {{#dots}}<circle cx="{{x}}" cy="{{y}}" r="2.5"><title>{{text}}</title></circle>{{/dots}}
            </svg>
            </figure>

            """)
}
