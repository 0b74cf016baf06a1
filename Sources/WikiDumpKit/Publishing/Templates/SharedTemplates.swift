extension BuiltInTemplate {
    /// What every page has in its head besides its title.
    static let head = BuiltInTemplate(
        name: "head", fileName: "head.html",
        text: """
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            {{#icon}}
            <link rel="icon" href="{{.}}">
            {{/icon}}
            {{#feeds}}
            <link rel="alternate" type="{{type}}" title="{{title}}" href="{{href}}">
            {{/feeds}}
            <style>
            {{>style}}
            </style>

            """)

    static let footer = BuiltInTemplate(
        name: "footer", fileName: "footer.html",
        text: """
            <footer>
            {{#about}}
            <p id="about">{{.}}</p>
            {{/about}}
            {{#licence}}
            <p id="licence">{{.}}</p>
            {{/licence}}
            {{#hasFeeds}}
            <p>Feeds of new dumps: {{#feeds}}<a href="{{href}}">{{name}}</a> {{/feeds}}</p>
            {{/hasFeeds}}
            {{#changes}}
            <p>{{label}} <time datetime="{{iso}}">{{text}}</time> UTC. All times are UTC.</p>
            {{/changes}}
            </footer>
            <script>
            {{>script}}
            </script>

            """)

    /// The script of all pages. Everything can be read and used without it.
    ///
    /// It adds ages, search, filters, order and copy buttons, and takes the newest state of a page that shows work in progress.
    static let script = BuiltInTemplate(
        name: "script", fileName: "script.js",
        text: """
            (function () {
              'use strict';
              var d = document, table = d.querySelector('table.wikis'), form = d.querySelector('form.tools');
              var web = location.protocol.slice(0, 4) === 'http';
              function all(selector, from) { return Array.prototype.slice.call((from || d).querySelectorAll(selector)); }
              function make(name, text, kind) {
                var element = d.createElement(name);
                element.textContent = text;
                if (kind) { element.className = kind; }
                return element;
              }
              function age(seconds) {
                var units = [['day', 86400], ['hour', 3600], ['minute', 60]];
                for (var i = 0; i < 3; i++) {
                  var n = Math.floor(seconds / units[i][1]);
                  if (n > 0) { return n + ' ' + units[i][0] + (n === 1 ? '' : 's'); }
                }
                return 'just now';
              }

              // Ages, and what is late.
              function tellAges() {
                var late = table ? Number(table.dataset.late) : 0;
                all('time[data-age], table.wikis td time').forEach(function (time) {
                  var seconds = Math.max(0, (Date.now() - Date.parse((time.dateTime || time.textContent).replace(' ', 'T'))) / 1000);
                  var row = time.closest('tr');
                  all('.age', time.parentNode).forEach(function (old) { old.remove(); });
                  var text = age(seconds);
                  if (!row && seconds >= 60) { text = '(' + text + ' ago)'; }
                  time.after(' ', make('span', text, 'age'));
                  if (row) { row.seconds = seconds; }
                });
                if (!table) { return; }
                all('tbody tr', table).forEach(function (row) {
                  var isPrivate = row.classList.contains('private');
                  if (row.seconds === undefined) { row.seconds = isPrivate ? -1 : Infinity; }
                  row.late = late > 0 && row.seconds > late;
                  all('.late', row).forEach(function (old) { old.remove(); });
                  if (row.late) { row.cells[1].append(' ', make('span', 'late', 'late')); }
                });
              }

              // Search, filters and order of the farm page.
              var kinds = 'wiktionary wikibooks wikinews wikiquote wikisource wikiversity wikivoyage wikimedia wiki';
              function look(row) {
                var cell = row.cells[0], link = cell.querySelector('a');
                row.name = link ? link.textContent : cell.textContent.split(/[ :]/)[0].trim();
                var kind = kinds.split(' ').filter(function (k) { return row.name.slice(-k.length) === k; })[0];
                row.project = kind || 'other';
                row.language = kind && row.name.length > kind.length ? row.name.slice(0, -kind.length) : 'other';
                var state = cell.querySelector('span');
                row.state = state ? state.className : '';
                var size = row.cells[2].textContent.split(' ');
                var units = ['bytes', 'KB', 'MB', 'GB', 'TB'];
                row.size = size.length > 1 ? Number(size[0]) * Math.pow(1024, units.indexOf(size[1])) : -1;
                // The page of a run leads there too. A link in each row would make the page much larger.
                var history = row.insertCell();
                if (link) {
                  history.append(make('a', 'all runs'));
                  history.firstChild.href = row.name + '/index.html';
                }
              }
              function rank(row) {
                var order = 'failed missing partial-dump in-progress done'.split(' ');
                for (var i = 0; i < 5; i++) {
                  if (row.state.split(' ').indexOf(order[i]) >= 0) { return i; }
                }
                return 5;
              }
              var compare = {
                name: function () { return 0; },
                age: function (a, b) { return a.seconds === b.seconds ? 0 : b.seconds - a.seconds; },
                size: function (a, b) { return b.size - a.size; },
                state: function (a, b) { return rank(a) - rank(b) || compare.age(a, b); }
              };
              function byName(a, b) { return a.name < b.name ? -1 : a.name > b.name ? 1 : 0; }
              function shows(row) {
                var show = form.elements.show.value, words = form.elements.q.value.toLowerCase().split(/\\s+/);
                return words.every(function (word) { return row.name.indexOf(word) >= 0; })
                  && (!form.elements.language.value || row.language === form.elements.language.value)
                  && (!form.elements.project.value || row.project === form.elements.project.value)
                  && (!show || show === 'late' && row.late || row.state.split(' ').indexOf(show) >= 0);
              }
              var given;
              function apply() {
                var body = table.tBodies[0], rows = all('tr', body), order = form.elements.sort.value, shown = 0;
                if (order) {
                  rows.sort(function (a, b) { return compare[order](a, b) || byName(a, b); });
                } else {
                  rows.sort(function (a, b) { return a.place - b.place; });
                }
                rows.forEach(function (row) {
                  row.hidden = !shows(row);
                  shown += row.hidden ? 0 : 1;
                  body.append(row);
                });
                all('thead button', table).forEach(function (button) {
                  button.setAttribute('aria-pressed', String(button.value === order));
                });
                d.getElementById('shown').textContent = shown === rows.length ? '' : shown + ' of ' + rows.length + ' shown';
                var state = new URLSearchParams();
                all('input, select', form).forEach(function (field) {
                  if (field.value) { state.set(field.name, field.value); }
                });
                var hash = state.toString();
                if (hash !== given) { history.replaceState(null, '', hash ? '#' + hash : location.pathname + location.search); }
                given = hash;
              }
              function prepare() { all('tbody tr', table).forEach(function (row, i) { row.place = i; look(row); }); }
              function fill(select, values) {
                values.filter(function (v, i) { return values.indexOf(v) === i; }).sort().forEach(function (value) {
                  var option = make('option', value);
                  option.value = value;
                  select.append(option);
                });
              }
              if (table && form) {
                table.tHead.rows[0].append(make('th', 'History'));
                prepare();
                fill(form.elements.language, all('tbody tr', table).map(function (row) { return row.language; }));
                fill(form.elements.project, all('tbody tr', table).map(function (row) { return row.project; }));
                new URLSearchParams(location.hash.slice(1)).forEach(function (value, key) {
                  if (form.elements[key]) { form.elements[key].value = value; }
                });
                all('[data-sort]', table).forEach(function (label) {
                  var button = make('button', label.textContent);
                  button.type = 'button';
                  button.value = label.dataset.sort;
                  button.title = 'Sort by ' + label.dataset.sort;
                  button.onclick = function () {
                    form.elements.sort.value = form.elements.sort.value === button.value ? '' : button.value;
                    apply();
                  };
                  label.replaceWith(button);
                });
                form.hidden = false;
                form.oninput = apply;
                form.onsubmit = function (event) { event.preventDefault(); };
                form.onreset = function () { setTimeout(apply); };
              }
              tellAges();
              if (table && form && table.tBodies[0].rows[0]) { apply(); }

              // Copy buttons of hashes.
              function addButtons() {
                if (!navigator.clipboard) { return; }
                all('code.hash').forEach(function (code) {
                  var button = make('button', 'Copy', 'copy');
                  button.type = 'button';
                  button.setAttribute('aria-label', 'Copy the SHA-256 of ' + code.dataset.of);
                  button.onclick = function () {
                    navigator.clipboard.writeText(code.textContent).then(function () {
                      button.textContent = 'Copied';
                      setTimeout(function () { button.textContent = 'Copy'; }, 2000);
                    });
                  };
                  code.after(' ', button);
                });
              }
              addButtons();

              // The newest state of a page that shows work in progress, in place.
              function refresh() {
                if (d.hidden || !d.querySelector('[class~=in-progress]')) { return; }
                fetch(location.pathname, { cache: 'no-cache' }).then(function (answer) {
                  return answer.ok ? answer.text() : null;
                }).then(function (text) {
                  if (!text) { return; }
                  var next = new DOMParser().parseFromString(text, 'text/html'), focus = d.activeElement;
                  var link = focus && focus.closest('[data-live]') ? focus.getAttribute('href') : null;
                  all('[data-live]').forEach(function (part) {
                    var other = next.querySelector('[data-live="' + part.dataset.live + '"]');
                    if (other && other.innerHTML !== part.source) {
                      var isOpen = all('details', part).map(function (details) { return details.open; });
                      part.source = other.innerHTML;
                      part.innerHTML = other.innerHTML;
                      all('details', part).forEach(function (details, i) { details.open = isOpen[i]; });
                    }
                  });
                  if (table && form) { prepare(); }
                  tellAges();
                  if (table && form) { apply(); }
                  addButtons();
                  if (link) { all('[data-live] a').some(function (a) { return a.getAttribute('href') === link && (a.focus(), true); }); }
                }).catch(function () {});
              }
              if (web) {
                setInterval(refresh, 30000);
                d.addEventListener('visibilitychange', refresh);
              }
              setInterval(tellAges, 60000);

              // A run that is newer than the one of this page.
              var newer = d.getElementById('newer');
              if (newer && web) {
                fetch('../feed.json').then(function (answer) { return answer.ok ? answer.json() : null; }).then(function (feed) {
                  var run = feed && feed.items && feed.items[0] && feed.items[0]._dumpctl.run;
                  if (!run || run <= newer.dataset.run) { return; }
                  newer.querySelector('a').href = '../' + run + '/' + newer.dataset.page;
                  newer.querySelector('a').textContent = 'the run of ' + run.replace(/(....)(..)(..)/, '$1-$2-$3');
                  newer.hidden = false;
                }).catch(function () {});
              }
            })();
            """)
}
