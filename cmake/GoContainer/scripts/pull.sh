# pull.sh <engine> <image>...: pulls the images, whose names have no registry, from where docker would, unless the store
# has them. It always succeeds: the build itself fails where an image can't be had, and the engine may know another
# place for it (registries.conf).
engine=$1
shift
for image; do
    case $image in
    */*) full=docker.io/$image ;;
    *) full=docker.io/library/$image ;;
    esac
    "$engine" inspect --type image "$image" >/dev/null 2>&1 || "$engine" pull "$full" >/dev/null
done
exit 0
