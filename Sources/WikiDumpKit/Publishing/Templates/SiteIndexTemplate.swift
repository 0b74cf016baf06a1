extension BuiltInTemplate {
    /// The index page of the farm.
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
}
