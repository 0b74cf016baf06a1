extension BuiltInTemplate {
    /// The page of one run.
    static let report = BuiltInTemplate(
        name: "report", fileName: "report.html",
        text: """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{{db}} dump of {{dashedDate}}</title>
            <link rel="icon" href="data:,">
            <style>
            {{>style}}
            </style>
            </head>
            <body>
            <header>
            {{#siteIndex}}
            <p class="up"><a href="{{.}}">All dumps</a></p>
            {{/siteIndex}}
            <h1>{{db}} dump of <time datetime="{{dashedDate}}">{{dashedDate}}</time></h1>
            <p class="state"><span class='{{statusClass}}'>{{statusText}}</span>{{statusRemark}}</p>
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
            </header>
            <main>
            <p class="muted">{{jobsDone}} of {{jobsTotal}} jobs done{{#jobsFailed}}, {{.}} failed{{/jobsFailed}}. \
            {{filesTotal}} files, {{sizeTotal}}.</p>
            <p class="links">
            <span>Checksums: {{#checksums}}<a href="{{href}}">({{kind}})</a> {{/checksums}}</span>
            <a href="dumpstatus.json">Status as JSON</a>
            </p>
            <ul class="jobs">
            {{#jobs}}
            {{>job}}
            {{/jobs}}
            </ul>
            </main>
            {{>footer}}
            </body>
            </html>

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

    /// The footer of both pages.
    static let footer = BuiltInTemplate(
        name: "footer", fileName: "footer.html",
        text: """
            <footer>
            <p>Written <time datetime="{{writtenISO}}">{{written}}</time> UTC. All times are UTC.</p>
            </footer>

            """)
}
