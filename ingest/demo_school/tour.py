def most_interesting_class(world, truth): return next((c for c in world.school.classes if c.layout=='a' and c.grade==7), world.school.classes[0])
def write(world, truth, target, accounts): (target/'tour.md').write_text('')
