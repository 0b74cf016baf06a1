/// A Mustache template that is built into the program, so that the binary needs no other files.
struct BuiltInTemplate: Sendable {
    /// The name that other templates use for it.
    let name: String
    /// The file in the operator's folder that replaces it.
    let fileName: String
    let text: String

    static let all = [report, job, siteIndex, style, footer]

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

    static let footer = BuiltInTemplate(
        name: "footer", fileName: "footer.html",
        text: """
            <footer>
            <p>Written <time datetime="{{writtenISO}}">{{written}}</time> UTC. All times are UTC.</p>
            </footer>

            """)

    static let siteIndex = BuiltInTemplate(
        name: "download-index", fileName: "download-index.html",
        text: """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Wiki dumps</title>
            <link rel="icon" href="data:,">
            <style>
            {{>style}}
            </style>
            </head>
            <body>
            <header>
            <h1>Wiki dumps</h1>
            <p class="lead" role="status">{{status}}</p>
            </header>
            <main>
            <p class="muted">{{summary}}</p>
            <p class="links">
            <span>Also view sorted by <a href="{{otherIndex}}">{{otherOrder}}</a></span>
            <a href="index.json">All states as JSON</a>
            </p>
            <ul class="wikis">
            {{#wikis}}
            <li>{{#updatedTimes}}<span class='updates'>{{.}}</span> {{/updatedTimes}}\
            <span class='name'>{{#links}}<a href="{{href}}">{{db}}</a>{{/links}}{{^links}}{{db}}{{/links}}\
            {{#note}} <span class='muted'>({{.}})</span>{{/note}}<span class='colon'>:</span></span> \
            <span class='state'><span class='{{statusClass}}'>{{statusText}}</span>{{statusRemark}}</span>
            {{#hasActiveJobs}}
            <ul class='active'>
            {{#activeJobs}}
            <li><span class='title'>{{title}}</span>{{#progress}} <span class='progress'>{{.}}</span>{{/progress}}</li>
            {{/activeJobs}}
            </ul>
            {{/hasActiveJobs}}
            </li>
            {{/wikis}}
            {{^wikis}}
            <li class="empty">There are no wikis in the list.</li>
            {{/wikis}}
            </ul>
            </main>
            {{>footer}}
            </body>
            </html>

            """)

    /// The style sheet of both pages: plain, light or dark according to the reader's system, and usable on a phone.
    ///
    /// Each state sets its colours once, for every element with its class name.
    static let style = BuiltInTemplate(
        name: "style", fileName: "style.css",
        text: """
            :root { color-scheme: light dark; --paper: #f6f7f8; --card: #fff; --ink: #1c2227; --muted: #56606a;
              --line: #dde1e5; --link: #0a55a0; --ok: #14622f; --ok-back: #dff2e5; --busy: #0a4f96;
              --busy-back: #dfecfb; --bad: #9b1c1a; --bad-back: #fbe3e2; --part: #6d4400; --part-back: #fcedcb;
              --idle: #4d5761; --idle-back: #e8ebee; }
            @media (prefers-color-scheme: dark) { :root { --paper: #12161a; --card: #1a2026; --ink: #e6e9ec;
              --muted: #a3adb7; --line: #2d353d; --link: #86bcff; --ok: #8fdcab; --ok-back: #173524;
              --busy: #9cc8ff; --busy-back: #172f4b; --bad: #ffaaa5; --bad-back: #4a1f1f; --part: #f5cf85;
              --part-back: #423212; --idle: #b4bec8; --idle-back: #2a3138; } }
            * { box-sizing: border-box; }
            body { margin: 0; background: var(--paper); color: var(--ink);
              font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
            header, main, footer { max-width: 62rem; margin: 0 auto; padding: 0 1.25rem; }
            header { padding-top: 1.75rem; }
            footer { padding-top: 1rem; padding-bottom: 2rem; color: var(--muted); font-size: .875rem; }
            h1 { font-size: 1.625rem; line-height: 1.25; margin: .25rem 0 .5rem; overflow-wrap: anywhere; }
            h2 { font-size: 1.0625rem; margin: 1.75rem 0 .5rem; }
            p { margin: .5rem 0; }
            a { color: var(--link); text-underline-offset: .15em; }
            a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 2px; }
            ul { list-style: none; margin: 0; padding: 0; }
            .muted, .up, .updates { color: var(--muted); font-size: .875rem; }
            .updates:empty { display: none; }
            .updates { font-variant-numeric: tabular-nums; white-space: nowrap; }
            .up { margin: 0; }
            .done { --text: var(--ok); --back: var(--ok-back); }
            .in-progress { --text: var(--busy); --back: var(--busy-back); }
            .partial-dump { --text: var(--part); --back: var(--part-back); }
            .waiting, .skipped, .missing { --text: var(--idle); --back: var(--idle-back); }
            .failed { --text: var(--bad); --back: var(--bad-back); }
            .status, .state > span { display: inline-block; padding: .0625rem .625rem; border-radius: .75rem;
              color: var(--text); background: var(--back); font-size: .875rem; font-weight: 600; }
            .notice { margin: 1rem 0; padding: .625rem 1rem; border-left: .25rem solid var(--part);
              background: var(--part-back); white-space: pre-line; overflow-wrap: anywhere; }
            .links { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: .75rem 0; font-size: .9375rem; }
            .lead { font-size: 1.125rem; white-space: pre-line; overflow-wrap: anywhere; }
            .wikis, .jobs > li { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
            .jobs > li { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem .75rem;
              margin: 0 0 .75rem; padding: .75rem 1rem; }
            .jobs > li > .title { order: -2; flex: 1 1 24rem; font-weight: 600; overflow-wrap: anywhere; }
            .jobs > li > .status { order: -1; }
            .jobs > li > div, .jobs > li > ul { flex: 1 0 100%; min-width: 0; }
            .progress, .message { font-size: .9375rem; overflow-wrap: anywhere; white-space: pre-line; }
            .failed > .message { color: var(--bad); }
            .progress { color: var(--busy); }
            .detail { padding-bottom: .25rem; color: var(--muted); font-size: .9375rem; }
            .file, .jobs ul .missing { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem;
              padding: .25rem 0; border-top: 1px solid var(--line); font-size: .9375rem;
              overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
            .jobs ul .missing { color: var(--muted); }
            .jobs ul .missing::after { content: "not available"; }
            .jobs > li > ul { margin-top: .25rem; }
            .wikis > li { display: grid; grid-template-columns: minmax(0, 1fr) auto 11rem; align-items: baseline;
              gap: 0 1rem; padding: .5rem 1rem; }
            .wikis > li + li { border-top: 1px solid var(--line); }
            .wikis .colon { display: none; }
            .wikis .name { grid-area: 1 / 1; overflow-wrap: anywhere; }
            .wikis .name a { font-weight: 600; }
            .wikis .state { grid-area: 1 / 2; text-align: right; }
            .wikis .updates { grid-area: 1 / 3; text-align: right; }
            .wikis .active { grid-column: 1 / -1; font-size: .9375rem; color: var(--muted); }
            .wikis .active li { padding-top: .25rem; overflow-wrap: anywhere; }
            .empty { padding: .75rem 1rem; }
            @media (max-width: 40rem) {
              header, main, footer { padding-left: .875rem; padding-right: .875rem; }
              .wikis > li { grid-template-columns: minmax(0, 1fr) auto; gap: .125rem 1rem; }
              .wikis .name { grid-area: 1 / 1 / 2 / 3; }
              .wikis .state { grid-area: 2 / 1; text-align: left; }
              .wikis .updates { grid-area: 2 / 2; }
              .jobs > li > .title { flex-basis: 100%; } }
            @media print { body { background: none; } .wikis, .jobs > li { border-color: #999; } }
            """)
}
