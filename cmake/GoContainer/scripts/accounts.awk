# Adds accounts to those of an image, and gives the numbers of names. Variables of the environment: CALL, which is to
# be told; ACCOUNTS, a file of the lines below; DIRECTORY, that of the plan, with accounts/passwd and accounts/group of
# the base, as far as it has them. Writes accounts/passwd.new, accounts/group.new and accounts/numbers there.
#
#   group:<name>:<gid>:[<member>,...]         is added, or its members, where it is there
#   user:<name>:<uid>:<gid>:<home>:<shell>    is added, with a group of its own name where no group has its gid
#   look:<directory>                          its passwd and group take the place of the image's
#   name:<number>:user|owner:<user>[:<group>] gives the shell variable GO_CONTAINER_NAME_<number>

function fail(what, remedy) {
    printf "%s: %s.\n%s\n", ENVIRON["CALL"], what, remedy >"/dev/stderr"
    exit 1
}

# Reads a file into lines, unless it has none; the number of lines.
function read(file, lines, before,    line, count) {
    while ((getline line <file) > 0) {
        lines[++count] = line
    }
    close(file)
    return count ? count : before
}

# The place of the line whose field is the value, 0 for none.
function find(lines, count, field, value,    i, fields) {
    for (i = 1; i <= count; i++) {
        split(lines[i], fields, ":")
        if (fields[field] == value) {
            return i
        }
    }
    return 0
}

function add_group(name, gid, members,    place, fields, i, count, names) {
    place = find(groups, group_count, 1, name)
    if (!place && (place = find(groups, group_count, 3, gid))) {
        split(groups[place], fields, ":")
        fail("GROUPS has " name ":" gid ", but the image has this number for the group " fields[1],
            "Give another number, or use the group " fields[1] ".")
    }
    if (!place) {
        groups[++group_count] = name ":x:" gid ":" members
        return
    }
    split(groups[place], fields, ":")
    if (fields[3] != gid) {
        fail("GROUPS has " name ":" gid ", but the image has the group with the number " fields[3],
            "Give another name, or the number " fields[3] ".")
    }
    count = split(members, names, ",")
    for (i = 1; i <= count; i++) {
        if (index("," fields[4] ",", "," names[i] ",") == 0) {
            fields[4] = fields[4] (fields[4] == "" ? "" : ",") names[i]
        }
    }
    groups[place] = fields[1] ":" fields[2] ":" fields[3] ":" fields[4]
}

function add_user(name, uid, gid, home, shell,    place, fields) {
    place = find(users, user_count, 1, name)
    if (!place && (place = find(users, user_count, 3, uid))) {
        split(users[place], fields, ":")
        fail("USERS has " name ":" uid ", but the image has this number for the user " fields[1],
            "Give another number, or use the user " fields[1] ".")
    }
    if (place) {
        split(users[place], fields, ":")
        if (fields[3] != uid || fields[4] != gid || fields[6] != home || fields[7] != shell) {
            fail("USERS has " name ":" uid ":" gid ":" home ":" shell ", but the image has " name ":" fields[3] ":" fields[4] ":" fields[6] ":" fields[7],
                "Give another name, or remove it from USERS: USER and CHOWN take the names of the image.")
        }
        return
    }
    users[++user_count] = name ":x:" uid ":" gid ":" name ":" home ":" shell
    if (find(groups, group_count, 3, gid)) {
        return
    }
    if ((place = find(groups, group_count, 1, name))) {
        split(groups[place], fields, ":")
        fail("USERS has " name ":" uid ":" gid ", but no group has the number " gid ", and " name " is the group " fields[3],
            "Give the user this group, or declare the group " gid ": GROUPS <name>:" gid ".")
    }
    groups[++group_count] = name ":x:" gid ":"
}

# The numbers of a name; kind is user or owner.
function numbers(kind, name,    option, parts, count, fields, place, uid, gid) {
    option = kind == "user" ? "USER" : "CHOWN"
    count = split(name, parts, ":")
    uid = parts[1]
    gid = count > 1 ? parts[2] : ""
    if (uid !~ /^[0-9]+$/) {
        place = find(users, user_count, 1, uid)
        if (!place) {
            fail(option " is " name ", but the image has no user " uid,
                "Give numbers, such as 65532:65532, a user of the base, or declare it: USERS " uid ":<uid>.")
        }
        split(users[place], fields, ":")
        uid = fields[3]
        if (gid == "" && kind == "owner") {
            gid = fields[4]
        }
    } else if (gid == "" && kind == "owner") {
        gid = uid
    }
    if (gid != "" && gid !~ /^[0-9]+$/) {
        place = find(groups, group_count, 1, gid)
        if (!place) {
            fail(option " is " name ", but the image has no group " gid,
                "Give its number, a group of the base, or declare it: GROUPS " gid ":<gid>.")
        }
        split(groups[place], fields, ":")
        gid = fields[3]
    }
    if ((uid gid) !~ /^[0-9]+$/) {
        fail(option " is " name ", which has no numbers in the passwd and group of the image", "Give numbers.")
    }
    return uid (gid == "" ? "" : ":" gid)
}

BEGIN {
    place = ENVIRON["DIRECTORY"] "/accounts/"
    user_count = read(place "passwd", users, 0)
    group_count = read(place "group", groups, 0)
    count = read(ENVIRON["ACCOUNTS"], lines, 0)
    printf "" >(place "numbers")
    added = 0
    for (n = 1; n <= count; n++) {
        split(lines[n], f, ":")
        if (f[1] == "group") {
            add_group(f[2], f[3], f[4])
            added = 1
        } else if (f[1] == "user") {
            add_user(f[2], f[3], f[4], f[5], f[6])
            added = 1
        }
    }
    if (added) {
        for (i = 1; i <= user_count; i++) {
            print users[i] >(place "passwd.new")
        }
        for (i = 1; i <= group_count; i++) {
            print groups[i] >(place "group.new")
        }
    }
    for (n = 1; n <= count; n++) {
        split(lines[n], f, ":")
        if (f[1] == "look") {
            look = ENVIRON["DIRECTORY"] "/" f[2] "/"
            user_count = read(look "passwd", users, user_count)
            group_count = read(look "group", groups, group_count)
        } else if (f[1] == "name") {
            name = f[4] (f[5] == "" ? "" : ":" f[5])
            print "export GO_CONTAINER_NAME_" f[2] "=" numbers(f[3], name) >(place "numbers")
        }
    }
}
