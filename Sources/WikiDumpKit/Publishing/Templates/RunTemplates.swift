extension BuiltInTemplate {
    static let report = BuiltInTemplate(
        name: "report", fileName: "report.html",
        text: """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <title>{{db}} dump of {{dashedDate}}</title>
            {{>head}}
            </head>
            <body>
            <a class="skip" href="#content">Skip to the content</a>
            <header>
            <nav class="up" aria-label="Other dumps">
            {{#siteIndex}}
            <a href="{{.}}">All dumps</a>
            {{/siteIndex}}
            {{#wikiIndex}}
            <a href="{{.}}">All runs of {{db}}</a>
            {{/wikiIndex}}
            </nav>
            <h1>{{db}} dump of <time datetime="{{dashedDate}}">{{dashedDate}}</time></h1>
            <p id="newer" class="notice" data-run="{{date}}" data-page="{{runIndex}}" hidden>There is a newer run: <a href="..">all runs</a>.</p>
            <div data-live="state">
            <p class="state"><span class='{{statusClass}}'>{{statusText}}</span>{{statusRemark}}</p>
            {{#missingItems}}
            <p class="lacking">{{.}}</p>
            {{/missingItems}}
            {{#isPrivate}}
            <p class="muted">Private data. Nothing of this wiki is published.</p>
            {{/isPrivate}}
            {{#isClosed}}
            <p class="muted">This wiki is closed.</p>
            {{/isClosed}}
            {{#notices}}
            <p class="notice" role="note">{{.}}</p>
            {{/notices}}
            {{#previous}}
            {{#isFinal}}
            <p class="previous"><a href="{{href}}">Last dumped on {{dashedDate}}</a></p>
            {{/isFinal}}
            {{^isFinal}}
            <p class="previous">This dump is in progress; see also the <a href="{{href}}">previous dump from {{dashedDate}}</a></p>
            {{/isFinal}}
            {{/previous}}
            {{^previous}}
            <p class="previous muted">No prior dumps of this database stored.</p>
            {{/previous}}
            <p class="muted">{{jobsDone}} of {{jobsTotal}} jobs done{{#jobsFailed}}, {{.}} failed{{/jobsFailed}}. \
            {{filesTotal}}, {{sizeTotal}}.</p>
            {{#isRunning}}
            <progress value="{{jobsDone}}" max="{{jobsTotal}}" aria-label="Jobs done"></progress>
            {{/isRunning}}
            </div>
            <nav class="toc" aria-label="On this page">
            <ul>
            {{#hasGuide}}
            <li><a href="#guide">Which file do I need?</a></li>
            {{/hasGuide}}
            <li><a href="#files">Files</a></li>
            <li><a href="#jobs">Jobs</a></li>
            <li><a href="#check">Checksums and lists</a></li>
            </ul>
            </nav>
            </header>
            <main id="content">
            {{>guide}}
            <section aria-labelledby="files">
            <h2 id="files">Files</h2>
            <div data-live="files">
            {{>files}}
            </div>
            </section>
            <section aria-labelledby="jobs">
            <h2 id="jobs">Jobs</h2>
            <div data-live="jobs">
            <details{{#showsJobs}} open{{/showsJobs}}>
            <summary>{{jobsDone}} of {{jobsTotal}} jobs done</summary>
            <ul class="jobs">
            {{#jobs}}
            {{>job}}
            {{/jobs}}
            </ul>
            </details>
            </div>
            </section>
            <section aria-labelledby="check">
            <h2 id="check">Checksums and lists</h2>
            <p class="links">
            <span>Checksums: {{#checksums}}<a href="{{href}}">({{kind}})</a> {{/checksums}}</span>
            <a href="manifest.json">Files, sizes, hashes and counts as JSON</a>
            <a href="dumpstatus.json">Status as JSON</a>
            </p>
            </section>
            </main>
            {{>footer}}
            </body>
            </html>

            """)

    /// Which file serves which purpose.
    static let guide = BuiltInTemplate(
        name: "guide", fileName: "guide.html",
        text: """
            {{#hasGuide}}
            <section aria-labelledby="guide">
            <h2 id="guide">Which file do I need?</h2>
            <dl class="guide">
            {{#cases}}
            <div>
            <dt>{{question}}</dt>
            <dd>{{answer}} {{#files}}<a href="{{href}}">{{name}}</a> <span class="muted">{{size}}</span> {{/files}}\
            {{#more}}<a href="#files">and {{.}} more</a>{{/more}}</dd>
            </div>
            {{/cases}}
            </dl>
            </section>
            {{/hasGuide}}

            """)

    /// The files that can be downloaded, as a table.
    static let files = BuiltInTemplate(
        name: "files", fileName: "files.html",
        text: """
            {{#hasFiles}}
            <table class="files">
            <caption>Files that can be downloaded</caption>
            <thead><tr><th scope="col">File</th><th scope="col">Size</th><th scope="col">Unpacked</th>\
            <th scope="col">Holds</th></tr></thead>
            {{#groups}}
            <tbody>
            <tr><th colspan="4" scope="rowgroup">{{title}}</th></tr>
            {{#files}}
            <tr>
            <th scope="row"><a href="{{href}}">{{name}}</a>
            <div class="hashes">
            {{#hash}}
            SHA-256 <code class="hash" data-of="{{name}}">{{.}}</code>
            {{/hash}}
            {{#certificate}}
            <a href="{{.}}" aria-label="certificate of {{name}}">certificate</a>
            {{/certificate}}
            </div>
            </th>
            <td data-label="Size">{{size}}{{#exact}} <small>{{.}}</small>{{/exact}}</td>
            <td data-label="Unpacked">{{#unpacked}}{{.}}{{/unpacked}}</td>
            <td data-label="Holds">{{#holds}}<span>{{.}}</span> {{/holds}}{{#lacks}}<span class="lacking">{{.}}</span>{{/lacks}}</td>
            </tr>
            {{/files}}
            </tbody>
            {{/groups}}
            </table>
            {{/hasFiles}}
            {{^hasFiles}}
            <p>No file can be downloaded yet.</p>
            {{/hasFiles}}

            """)

    /// One job on the page of a run. Programs look for the class names and their order.
    static let job = BuiltInTemplate(
        name: "job", fileName: "job.html",
        text: """
            <li class='{{status}}'><span class='updates'>{{updated}}</span> \
            <span class='status'>{{status}}</span> <span class='title'>{{title}}</span>
            {{#progress}}
            <div class='progress'>{{.}}</div>
            {{/progress}}
            {{#messages}}
            <div class='message'>{{.}}</div>
            {{/messages}}
            {{#hasList}}
            <ul>
            {{#details}}
            <li class='detail'>{{.}}</li>
            {{/details}}
            {{#files}}
            {{#isOffered}}
            <li class='file'><a href="{{href}}">{{name}}</a> {{size}}</li>
            {{/isOffered}}
            {{#isGrowing}}
            <li class='file'>{{name}} {{size}} (written) </li>
            {{/isGrowing}}
            {{#isMissing}}
            <li class='missing'>{{name}}</li>
            {{/isMissing}}
            {{/files}}
            </ul>
            {{/hasList}}
            </li>

            """)
}
