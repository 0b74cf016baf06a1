extension BuiltInTemplate {
    /// The style sheet of all pages: plain, light or dark according to the reader's system, usable on a phone and on paper.
    ///
    /// Each state sets its colours once, for every element with its class name.
    static let style = BuiltInTemplate(
        name: "style", fileName: "style.css",
        text: """
            :root { color-scheme: light dark; --paper: #fff; --card: #f6f7f8; --ink: #1c2227; --muted: #56606a;
              --line: #d9dee3; --link: #0a55a0; --ok: #14622f; --busy: #0a4f96; --bad: #9b1c1a; --bad-back: #fbe3e2;
              --part: #6d4400; --part-back: #fcedcb; --idle: #4d5761; }
            @media (prefers-color-scheme: dark) { :root { --paper: #12161a; --card: #1a2026; --ink: #e6e9ec;
              --muted: #a3adb7; --line: #2d353d; --link: #86bcff; --ok: #8fdcab; --busy: #9cc8ff; --bad: #ffaaa5;
              --bad-back: #4a1f1f; --part: #f5cf85; --part-back: #423212; --idle: #b4bec8; } }
            * { box-sizing: border-box; }
            body { margin: 0; background: var(--paper); color: var(--ink);
              font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
            header, main, footer { max-width: 66rem; margin: 0 auto; padding: 0 1.25rem; }
            header { padding-top: 1.5rem; }
            footer { margin-top: 2rem; padding-top: 1rem; padding-bottom: 2rem; color: var(--muted); font-size: .875rem; }
            footer p { white-space: pre-line; overflow-wrap: anywhere; }
            h1 { font-size: 1.75rem; line-height: 1.25; margin: .25rem 0 .5rem; overflow-wrap: anywhere; }
            h2 { font-size: 1.1875rem; margin: 2rem 0 .5rem; }
            p { margin: .5rem 0; }
            a { color: var(--link); text-underline-offset: .15em; }
            :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 2px; }
            .skip { position: absolute; left: -100rem; }
            .skip:focus { left: .5rem; top: .5rem; padding: .25rem .75rem; background: var(--paper); }
            ul { list-style: none; margin: 0; padding: 0; }
            .muted, .up, .updates, small, .hashes { color: var(--muted); font-size: .875rem; }
            .updates { font-variant-numeric: tabular-nums; white-space: nowrap; }
            .updates:empty { display: none; }
            .up a, .links > *, .toc li { display: inline-block; margin-right: 1.25rem; }
            .links, .toc { margin: .75rem 0; font-size: .9375rem; }
            .lead { font-size: 1.125rem; white-space: pre-line; overflow-wrap: anywhere; }
            .lacking { color: var(--part); font-weight: 600; }
            .notice { margin: 1rem 0; padding: .625rem 1rem; border-left: .25rem solid var(--part);
              background: var(--part-back); white-space: pre-line; overflow-wrap: anywhere; }
            .done { --text: var(--ok); }
            .in-progress { --text: var(--busy); }
            .partial-dump { --text: var(--part); }
            .waiting, .skipped, .missing { --text: var(--idle); }
            .failed { --text: var(--bad); }
            .status, .state > span, .wikis th > div > span { color: var(--text); font-weight: 600; }
            .status::before, .state > span::before, .wikis div > span::before { content: ""; display: inline-block;
              width: .5rem; height: .5rem; margin-right: .375rem; border-radius: 50%; background: currentColor; }
            .done > .status::before { border-radius: 0; }
            table { width: 100%; border-collapse: collapse; margin: .5rem 0; font-variant-numeric: tabular-nums; }
            caption { text-align: left; color: var(--muted); font-size: .875rem; padding-bottom: .25rem; }
            th, td { padding: .375rem .75rem .375rem 0; border-top: 1px solid var(--line); text-align: left;
              vertical-align: top; font-weight: 400; overflow-wrap: anywhere; }
            thead th { border: 0; color: var(--muted); font-size: .875rem; white-space: nowrap; }
            tbody th[scope=rowgroup] { padding-top: 1rem; font-weight: 600; }
            td { white-space: nowrap; }
            th small, th ul, td small { display: block; font-size: .875rem; color: var(--muted); }
            .wikis th > div { display: flex; flex-wrap: wrap; }
            .wikis th > div > a { font-weight: 600; }
            .wikis div > span { margin-left: auto; width: 15rem; }
            .wikis div > small, .wikis div > ul { flex: 0 0 100%; padding-left: calc(100% - 15rem); }
            .wikis td:nth-child(3) { text-align: right; min-width: 6rem; }
            .wikis thead th:nth-child(3) { text-align: right; }
            .age { color: var(--muted); font-size: .875rem; }
            .late { color: var(--bad); font-weight: 600; font-size: .875rem; }
            button, input, select { font: inherit; font-size: .9375rem; color: inherit; background: var(--card);
              border: 1px solid var(--muted); border-radius: .25rem; padding: .125rem .5rem; max-width: 100%; }
            thead button { border: 0; background: none; padding: 0; color: var(--link); text-decoration: underline;
              text-underline-offset: .15em; cursor: pointer; font-size: inherit; }
            thead button[aria-pressed=true] { font-weight: 700; }
            .tools { display: flex; flex-wrap: wrap; align-items: end; gap: .5rem 1rem; margin: 1rem 0; font-size: .9375rem; }
            .tools[hidden] { display: none; }
            .tools label { display: grid; color: var(--muted); }
            .tools :is(input, select) { color: var(--ink); min-height: 2rem; }
            .tools button { min-height: 2rem; }
            progress { width: 100%; max-width: 24rem; accent-color: var(--busy); }
            .guide { margin: 0; }
            .guide div { padding: .5rem 0; border-top: 1px solid var(--line); }
            .guide dt { font-weight: 600; }
            .guide dd { margin: 0; overflow-wrap: anywhere; }
            code { font: .75rem/1.4 ui-monospace, "DejaVu Sans Mono", Consolas, monospace; overflow-wrap: anywhere; }
            .copy { font-size: .75rem; padding: 0 .375rem; min-height: 1.5rem; cursor: pointer; }
            .hashes { display: block; font-size: .8125rem; }
            .files tbody th[scope=row] { width: 64%; }
            .files td > span { display: block; }
            summary { cursor: pointer; color: var(--link); }
            .jobs > li { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 .75rem; padding: .5rem 0;
              border-top: 1px solid var(--line); }
            .jobs > li > .title { order: -2; flex: 1 1 24rem; overflow-wrap: anywhere; }
            .jobs > li > .status { order: -1; }
            .jobs > li > div, .jobs > li > ul { flex: 1 0 100%; min-width: 0; }
            .progress, .message { font-size: .9375rem; overflow-wrap: anywhere; white-space: pre-line; }
            .failed > .message { color: var(--bad); }
            .progress { color: var(--busy); }
            .detail, .file, .jobs ul .missing { color: var(--muted); font-size: .875rem; overflow-wrap: anywhere; }
            .jobs ul .missing::after { content: ": not available"; }
            .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); gap: 1rem; }
            figure { margin: 0; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .375rem; }
            figcaption { font-weight: 600; }
            figcaption .muted { display: block; font-weight: 400; }
            svg { display: block; width: 100%; height: auto; }
            polyline { fill: none; stroke: var(--link); stroke-width: 1.5; }
            circle { fill: var(--link); }
            @media (max-width: 56rem) { .wikis div > span { margin: 0; width: 100%; }
              .wikis div > small, .wikis div > ul { padding-left: 0; } }
            @media (max-width: 44rem) {
              header, main, footer { padding-left: .875rem; padding-right: .875rem; }
              .wikis thead { display: none; }
              .files thead, .runs thead { position: absolute; left: -100rem; }
              .wikis, .files, .runs, caption, table > tbody, table tr, table td, .files th, .runs th { display: block; }
              .wikis tr { display: flex; flex-wrap: wrap; border-top: 1px solid var(--line); padding: .5rem 0; gap: 0 1rem; }
              .wikis tbody th { flex: 0 0 100%; }
              .wikis th, .wikis td, .wikis td:nth-child(3) { border: 0; padding: 0; text-align: left; min-width: 0; }
              .files tbody th[scope=row] { width: auto; }
              .files tr, .runs tr { border-top: 1px solid var(--line); padding: .5rem 0; }
              .files tr > *, .runs tr > * { border: 0; padding: 0; white-space: normal; }
              .files td:empty, .runs td:empty { display: none; }
              td[data-label]::before { content: attr(data-label) ": "; color: var(--muted); font-size: .875rem; }
              .files td > span, .files td small { display: inline; } }
            @media print { :root { color-scheme: light; } .skip, .tools, .toc, .copy, script { display: none; }
              tr, figure, .guide div { break-inside: avoid; } a { color: inherit; } }
            tr[hidden] { display: none !important; }
            """)
}
