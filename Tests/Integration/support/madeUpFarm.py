"""Makes the files of a farm whose wikis were never dumped: madeUpFarm.py FOLDER [COUNT]

Only the small files are there that tell of runs. `dumpctl monitor` makes the pages from them."""
import datetime
import json
import os
import random
import sys

LANGUAGES = """aa ab af als am an ar arz as ast av ay az azb ba ban bar bcl be bg bh bi bjn bm bn bo bpy br bs bug bxr ca cbk
ce ceb ch cho chr chy ckb co cr crh cs csb cu cv cy da de din diq dsb dty dv dz ee el eml en eo es et eu ext fa ff fi fj fo fr
frp frr fur fy ga gag gan gcr gd gl glk gn gom gor got gu gv ha hak haw he hi hif ho hr hsb ht hu hy hyw hz ia id ie ig ii ik
ilo inh io is it iu ja jam jbo jv ka kaa kab kbd kbp kg ki kj kk kl km kn ko koi kr krc ks ksh ku kv kw ky la lad""".split()
PROJECTS = "wiki wiktionary wikibooks wikiquote wikisource wikinews wikiversity wikivoyage".split()
JOBS = [f"{name}table" for name in """category categorylinks changetag changetagdef externallinks geotags image imagelinks
interwiki iwlinks langlinks linktarget page pagelinks pageprops pagerestrictions protectedtitles redirect site sitestats
siteusers templatelinks userformergroups usergroups wbcentityusage""".split()] + """allpagetitlesdump namespaces siteinfo
xmlstubsdump articlesdump metacurrentdump xmlpageloggingdump metahistorybz2dump metahistory7zdump articlesmultistreamdump
abstractsdump flowdump flowhistorydump""".split()


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def run(folder, wiki, date, time, state, random, scale):
    """The files of one run. `state` is complete, failed, partial, lacking, running or aborted."""
    here = os.path.join(folder, "public", wiki, date)
    stamp = time.strftime("%Y-%m-%d %H:%M:%S")
    jobs, lines = {}, []
    for index, job in enumerate(JOBS):
        status = "done"
        if index == 20:
            status = {"failed": "failed", "partial": "waiting", "running": "in-progress", "aborted": "in-progress"}.get(
                state, "done")
        elif index > 20 and state in ("partial", "running", "aborted"):
            status = "waiting"
        name = f"{wiki}-{date}-{job}.xml.bz2"
        entry = {"status": status, "updated": stamp, "files": {name: {}}}
        if status == "done":
            entry["files"][name] = {
                "size": int(random.lognormvariate(scale, 1)), "url": f"/{wiki}/{date}/{name}",
                "md5": f"{random.getrandbits(128):032x}", "sha1": f"{random.getrandbits(160):040x}",
                "sha256": f"{random.getrandbits(256):064x}"}
        if state == "lacking" and index == 30:
            entry["missing"] = 17
        jobs[job] = entry
        lines.append(f"name:{job}; status:{status}; updated:{stamp}\n")
    span = {
        "complete": "<span class='done'>Dump complete</span>",
        "failed": "<span class='done failed'>Dump complete, 1 item failed</span>",
        "partial": "<span class='partial-dump'>Partial dump</span>",
        "lacking": "<span class='partial-dump'>Partial dump</span>: all jobs done, 1 without damaged items",
        "running": "<span class='in-progress'>Dump in progress</span>",
        "aborted": '<span class="failed">dump aborted</span>',
    }[state]
    write(f"{here}/status.html", f'<li>{stamp} <a href="{wiki}/{date}">{wiki}</a>: {span}</li>\n')
    write(f"{here}/dumpruninfo.txt", "".join(reversed(lines)))
    write(f"{here}/dumpstatus.json", json.dumps({"jobs": jobs, "version": "0.8"}) + "\n")
    report = {name: {"files": entry["files"], "title": f"The {name}"} for name, entry in jobs.items()}
    if state == "running":
        report[JOBS[20]]["message"] = "12,345 of 200,000 rows, 4 minutes left"
    write(f"{here}/report.json", json.dumps({"jobs": report}))


def main(folder, count):
    dice = random.Random(15)
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    names = [language + project for project in PROJECTS for language in LANGUAGES][:count]
    for index, wiki in enumerate(names):
        state = {0: "failed", 1: "running", 2: "partial", 3: "lacking", 4: "aborted", 5: "never"}.get(index % 50, "complete")
        if state == "never":
            continue
        time = now - datetime.timedelta(seconds=dice.randrange(12 * 86400) + (40 * 86400 if index % 40 == 7 else 0))
        scale = dice.uniform(9, 18)
        before = time - datetime.timedelta(days=14)
        run(folder, wiki, before.strftime("%Y%m%d"), before, "complete", dice, scale)
        run(folder, wiki, time.strftime("%Y%m%d"), time, state, dice, scale)
    write(f"{folder}/all.dblist", "".join(f"{wiki}\n" for wiki in names) + "hushwiki\n")
    write(f"{folder}/private.dblist", "hushwiki\n")
    write(f"{folder}/closed.dblist", f"{names[10]}\n")
    write(
        f"{folder}/wikidump.conf",
        f"""[wiki]
dblist={folder}/all.dblist
privatelist={folder}/private.dblist
closedlist={folder}/closed.dblist
[output]
public={folder}/public
private={folder}/private
temp={folder}/temp
webroot=https://dumps.example.org
metricsfile={folder}/dumps.prom
about=Copies of all pages of our wikis, for whoever wants to read, study or keep them.
licence=Texts are under CC BY-SA 4.0 unless the page says otherwise.
[source]
databasepath={folder}/{{wiki}}.sqlite
[reporting]
adminmail=nomail
""")


if __name__ == "__main__":
    main(os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1000)
